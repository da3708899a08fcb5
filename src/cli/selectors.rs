//! `selectors`: the flow pack.

use std::path::Path;

use serde_json::json;

use super::args::Selectors;
use super::check;
use super::context::Context;
use super::draft;
use super::outcome::{Answer, Failure, Outcome};
use super::output::{clean, shown};
use crate::event::exit::Ending;
use crate::flow::mistake::Severity;
use crate::flow::pack::Pack;
use crate::flow::picture;
use crate::flow::schema;
use crate::flow::span::Source;
use crate::flow::tree::Flow;
use crate::plan::plan::Plan;
use crate::report::count::count;
use crate::report::glossary;

/// Carries out `selectors`.
pub(crate) fn run(context: &Context, command: &Selectors) -> Answer {
    match command {
        Selectors::Lint { dir } => lint(context, dir.as_deref().or(context.global.selectors.as_deref())),
        Selectors::Show { flow } => show(context, flow.as_deref()),
        Selectors::Eject { dir } => eject(context, dir),
        Selectors::Check { file, asked } => check::run(context, file.as_deref(), asked),
        Selectors::Import { file, into, test } => {
            draft::run(context, &draft::Import { file, into: into.as_deref(), test: test.as_deref() })
        }
        Selectors::Schema { kind } => print_schema(context, kind),
    }
}

fn sources(dir: Option<&Path>) -> Result<Vec<Source>, Failure> {
    match dir {
        Some(dir) => crate::pack::folder::read(dir).map_err(|error| Failure::bad_file(shown(error), "")),
        None => Ok(crate::pack::embedded::sources()),
    }
}

fn lint(context: &Context, dir: Option<&Path>) -> Answer {
    let (mistakes, sources) = match Pack::load(sources(dir)?) {
        Ok(loaded) => (loaded.warnings, loaded.pack.sources),
        Err(refused) => (refused.mistakes, refused.sources),
    };
    for mistake in &mistakes {
        if context.out.json {
            let mut line =
                serde_json::to_value(picture::line(&sources, mistake)).expect("texts and numbers are always JSON");
            line["kind"] = "mistake".into();
            context.out.record(&line);
        } else {
            context.out.warn(picture::picture(&sources, mistake, context.style()));
        }
    }
    let errors = mistakes.iter().filter(|mistake| mistake.severity() == Severity::Error).count();
    let warnings = mistakes.len() - errors;
    let files = sources.len();
    let (files, errors, warnings) = (files as u64, errors as u64, warnings as u64);
    let what = format!(
        "{}: {}, {}",
        count(files, "file", "files"),
        count(errors, "mistake", "mistakes"),
        count(warnings, "warning", "warnings")
    );
    let ending = if errors == 0 { Ending::Done } else { Ending::BadFile };
    Ok(Outcome::of(ending, what).with("mistakes", errors).with("warnings", warnings))
}

fn show(context: &Context, flow: Option<&str>) -> Answer {
    let pack = context.pack()?;
    let out = &context.out;
    if let Some(name) = flow {
        let flow = pack.flows.get(name).ok_or_else(|| {
            let known: Vec<&str> = pack.flows.keys().map(String::as_str).collect();
            Failure::usage(format!("the pack has no flow `{}`", clean(name)), format!("it has {}", known.join(", ")))
        })?;
        explain(context, &pack, flow);
        return Ok(Outcome::done(""));
    }
    out.explain(glossary::PACK);
    out.show(clean(&format!("{} for {}", pack.site.pack.value, pack.site.origin.value)));
    for flow in pack.flows.values() {
        out.show("");
        explain(context, &pack, flow);
    }
    Ok(Outcome::done(""))
}

fn explain(context: &Context, pack: &Pack, flow: &Flow) {
    let steps: Vec<String> = pack.explain(flow).lines().map(clean).collect();
    steps.iter().for_each(|line| context.out.show(line));
    context.out.record(&json!({
        "v": 1, "kind": "flow", "flow": flow.name.value, "digest": pack.digest_for(flow), "steps": steps,
    }));
}

fn print_schema(context: &Context, kind: &str) -> Answer {
    let text = schema::text(kind).ok_or_else(|| {
        let why = format!("there is no schema `{}`", clean(kind));
        Failure::usage(why, format!("there are {}", schema::kinds().join(", ")))
    })?;
    context.out.raw(&text);
    Ok(Outcome::done(""))
}

fn eject(context: &Context, dir: &Path) -> Answer {
    let failed = |error: std::io::Error| {
        Failure::usage(shown(format!("{}: {error}", dir.display())), "name a folder that does not exist yet")
    };
    std::fs::create_dir(dir).map_err(failed)?;
    let sources = crate::pack::embedded::sources();
    for source in &sources {
        let path = dir.join(&source.name);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(failed)?;
        }
        std::fs::write(&path, &source.text).map_err(failed)?;
    }
    for kind in schema::kinds() {
        let text = schema::text(kind).unwrap_or_default();
        std::fs::write(dir.join(format!("{kind}.schema.json")), text).map_err(failed)?;
    }
    let folder = shown(dir.display());
    context.out.say(format!("{} in {folder}", count(sources.len() as u64, "file", "files")));
    context.out.say(format!("  after a change: exeunt selectors lint {folder}"));
    context.out.say(format!("  to use it:      --selectors {folder}"));
    Ok(Outcome::done("").with("folder", dir.display().to_string()))
}

/// How old the knowledge of a plan's flow is, for people.
pub(crate) fn age(pack: &Pack, plan: &Plan) -> String {
    let flow = pack.flows.get(&format!("{}-from-{}", plan.action, plan.route));
    match flow.and_then(|flow| flow.seen.as_ref()).map(|seen| seen.value.as_str()) {
        None | Some("never") => "written from second-hand descriptions; your rehearsal is the first check".to_owned(),
        Some(seen) => format!("confirmed on a real page: {seen}"),
    }
}
