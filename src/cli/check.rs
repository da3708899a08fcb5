//! `selectors check`: which way of each target fits a saved page, without a click.
//!
//! The page is served on loopback under a policy that runs none of its scripts and loads nothing from elsewhere.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::path::Path;
use std::time::Duration;

use axum::Router;
use axum::http::header;
use serde_json::json;
use tokio::net::TcpListener;

use super::args::Person;
use super::browser::Driver;
use super::context::Context;
use super::list_file::plain;
use super::outcome::{Answer, Failure, Outcome};
use super::output::{clean, shown};
use crate::browser::page::{Found, Page as _, Sight};
use crate::event::exit::Ending;
use crate::event::id::Realm;
use crate::flow::compile::{Ask, Known};
use crate::flow::pack::Pack;
use crate::flow::target::Target;
use crate::runner::run::Opener as _;

/// The largest page that is read, in bytes.
const LARGEST: u64 = 60 * 1024 * 1024;
/// How long one look may take.
const WITHIN: Duration = Duration::from_secs(5);
/// What the saved page may do: be drawn.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/// Probes a saved page with the targets of `targets/NAME.toml`.
pub(super) fn run(context: &Context, page: &str, file: &Path, person: &Person) -> Answer {
    let values = &person.values();
    let pack = context.pack()?;
    let targets = targets_of(&pack, page)?;
    let failed = |error: std::io::Error| Failure::bad_file(shown(format!("{}: {error}", file.display())), "");
    let no_file = |why: String| Failure::bad_file(shown(format!("{}: {why}", file.display())), "");
    let size = plain(file).map_err(no_file)?.len();
    if size > LARGEST {
        let why = format!("{}: has {size} bytes; at most {LARGEST} are read", file.display());
        return Err(Failure::bad_file(shown(why), ""));
    }
    let bytes = std::fs::read(file).map_err(failed)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(failed)?;
    let sight = runtime.block_on(look(context, &pack, (&targets, values), bytes))?;
    Ok(tell(context, &pack, &targets, &sight))
}

fn targets_of<'p>(pack: &'p Pack, page: &str) -> Result<Vec<&'p Target>, Failure> {
    let file = format!("targets/{page}.toml");
    let is_of = |target: &&Target| pack.place(target.name.span).file == file;
    let mut targets: Vec<&Target> = pack.targets.values().filter(is_of).collect();
    targets.sort_by_key(|target| target.name.span);
    if targets.is_empty() {
        let pages =
            pack.sources.iter().filter_map(|source| source.name.strip_prefix("targets/")?.strip_suffix(".toml"));
        let pages: Vec<&str> = pages.collect();
        return Err(Failure::usage(
            format!("the pack has no targets for a page `{}`", clean(page)),
            format!("it has {}", pages.join(", ")),
        ));
    }
    Ok(targets)
}

async fn look(
    context: &Context,
    pack: &Pack,
    (targets, values): (&[&Target], &BTreeMap<String, String>),
    bytes: Vec<u8>,
) -> Result<Sight, Failure> {
    let no_port = |error: std::io::Error| Failure::new(Ending::NoBrowser, error.to_string(), "");
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(no_port)?;
    let origin = format!("http://{}", listener.local_addr().map_err(no_port)?);
    let bytes = axum::body::Bytes::from(bytes);
    let headers = [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CONTENT_SECURITY_POLICY, POLICY)];
    let site = Router::new().fallback(move || std::future::ready((headers, bytes.clone())));
    let served = tokio::spawn(async move { axum::serve(listener, site).await });
    let mut driver = Driver::new(context, Realm::Practice, &origin).covering(&pack.site);
    let opened = driver.open().await;
    let mut page = opened
        .map_err(|unopened| Failure::new(unopened.ending, unopened.why, "`exeunt doctor` checks browser and driver"))?;
    let ask = Ask {
        wants: &[],
        arm: None,
        arm_when: Vec::new(),
        read: targets.iter().map(|target| target.name.value.as_str()).collect(),
        handles: &[],
        choices: Vec::new(),
        within: WITHIN,
        values,
        armed_before: None,
        redraws: None,
        aftermath: false,
        stood: None,
        identity: Known::default(),
    };
    let look = pack.look(&ask).expect("all names come from the pack itself");
    let sight = match page.goto(pack.address_for(targets).unwrap_or("/")).await {
        Ok(()) => page.look(&look).await,
        Err(error) => Err(error),
    };
    driver.close(page).await;
    served.abort();
    sight.map_err(|error| Failure::new(Ending::NoBrowser, shown(error), ""))
}

fn tell(context: &Context, pack: &Pack, targets: &[&Target], sight: &Sight) -> Outcome {
    let out = &context.out;
    if let Some(stop) = &sight.stop {
        let what = format!("the page shows the stop sign `{}`: {}", clean(&stop.sign), clean(&stop.why));
        return Outcome::of(Ending::BadFile, what);
    }
    let Some(generation) = sight.page.generation.as_deref() else {
        let why = sight.refused.as_ref().map_or("no generation fits the document", |refused| refused.why.as_str());
        return Outcome::of(Ending::BadFile, format!("no target was tried: {}", clean(why)));
    };
    out.show(format!("{} in `{}`", clean(generation), clean(&sight.page.language)));
    let mut there = 0_u64;
    for target in targets {
        let name = &target.name.value;
        let found = sight.found.get(name).cloned().unwrap_or_default();
        there += u64::from(found.count > 0);
        out.show(format!("  {name:<24} {}", clean(&told(pack, target, generation, &found))));
        out.record(&json!({
            "v": 1, "kind": "target", "target": name, "count": found.count, "winner": found.winner.map(|way| way + 1),
            "role": found.role, "name": found.name, "read": found.read, "place": pack.place(target.name.span).to_string(),
        }));
    }
    Outcome::of(Ending::Done, format!("{there} of {} targets are on this page", targets.len()))
        .with("generation", generation)
        .with("found", there)
}

fn told(pack: &Pack, target: &Target, generation: &str, found: &Found) -> String {
    let ways = target.ways(generation).count();
    let Some(winner) = found.winner.filter(|_| found.count > 0) else {
        return match (&target.after, ways) {
            (_, 0) => "has no way for this generation".to_owned(),
            (Some(after), _) => format!("not there; it comes after a click on `{}`", after.value),
            (None, _) => "not there".to_owned(),
        };
    };
    let way = usize::try_from(winner).ok().and_then(|at| target.ways(generation).nth(at));
    let place = way.map_or(String::new(), |way| format!(", {}", pack.place(way.span)));
    let named = if found.name.is_empty() { String::new() } else { format!(" \"{}\"", found.name) };
    format!("{} × {}{named} by way {} of {ways}{place}", found.count, found.role, winner + 1)
}
