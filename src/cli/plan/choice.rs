//! Who a new plan means: by flags or by a list, without those who are kept, settled or in doubt.

use std::collections::BTreeMap;
use std::io::{IsTerminal as _, Read as _};
use std::path::Path;

use crate::cli::args::PlanNew;
use crate::cli::context::Context;
use crate::cli::outcome::Failure;
use crate::cli::output::{clean, shown};
use crate::cli::who;
use crate::event::id::{Realm, Slug};
use crate::ledger::{KnownPerson, Ledger};
use crate::plan::keep::{KeepList, Kept};
use crate::plan::people_list::{PeopleList, Resolved};
use crate::plan::person::Person;
use crate::report::words::Outcome;

/// The largest list of people that is read.
const LIST_LIMIT: u64 = 16 * 1024 * 1024;
/// So many lines about a list are shown one by one; the rest is counted.
const LINES_SHOWN: usize = 50;

/// Who the flags or the list mean, and who not and why.
pub(super) fn choose<'a>(
    context: &Context,
    new: &PlanNew,
    (people, keep): (&'a [Person], &'a KeepList),
) -> Result<Vec<&'a Person>, Failure> {
    if let Some(file) = &new.people {
        return from_list(context, file, (people, keep));
    }
    let selection = who::selection(&new.who)?;
    if selection.is_empty() {
        return Err(Failure::usage(
            "the plan needs to know whom",
            "give a flag such as --company '~consult' or --connected-before 2016-01-01, or --people FILE; \
             `exeunt list` takes the same flags",
        ));
    }
    let picked = selection.pick(people, keep);
    who::explain(context, &picked);
    left_out(context, &picked.kept);
    let mut chosen = picked.chosen;
    // The longest known first; days that are not known last. A list keeps the order that its writer gave it.
    chosen.sort_by_key(|person| (person.connected_on.is_none(), person.connected_on, &person.slug));
    Ok(chosen)
}

/// Takes out whom an earlier plan removed since the last import, and who is in doubt; says so.
pub(super) fn without_settled<'a>(
    context: &Context,
    (ledger, realm): (&Ledger, Realm),
    known: &[KnownPerson],
    chosen: Vec<&'a Person>,
) -> Result<Vec<&'a Person>, Failure> {
    let last = |known: &KnownPerson| known.site.last_seen.map_or(known.last_seen, |site| site.max(known.last_seen));
    let seen: BTreeMap<&Slug, jiff::Timestamp> = known.iter().map(|known| (&known.person.slug, last(known))).collect();
    let mut settled: BTreeMap<Slug, String> = gone(context, known);
    for plan in ledger.plans(context.account())?.iter().filter(|plan| plan.realm == realm) {
        for effect in ledger.effects(&plan.id)? {
            // A newer import or scan may name again who was gone: then they are back.
            let at = effect.intent.or(plan.approved);
            let is_newer = seen.get(&effect.slug).zip(at).is_some_and(|(seen, at)| *seen < at);
            match Outcome::of(effect.state) {
                Outcome::Removed if is_newer => {
                    settled.insert(effect.slug, format!("removed by plan {}, and nothing newer names them", plan.id));
                }
                Outcome::AlreadyGone if is_newer => {
                    settled.insert(effect.slug, format!("was gone already when plan {} looked", plan.id));
                }
                Outcome::InDoubt => {
                    settled.insert(effect.slug, format!("in doubt in plan {}; `exeunt status` says more", plan.id));
                }
                _ => {}
            }
        }
    }
    let (out, left): (Vec<_>, Vec<_>) = chosen.into_iter().partition(|person| settled.contains_key(&person.slug));
    let lines: Vec<String> =
        out.iter().map(|person| format!("not {}: {}", clean(&person.full_name()), settled[&person.slug])).collect();
    some_of(context, &lines);
    Ok(left)
}

/// Whom a complete scan did not find on the site any more.
fn gone(context: &Context, known: &[KnownPerson]) -> BTreeMap<Slug, String> {
    let line = |at: jiff::Timestamp| format!("not on the site any more, as the scan of {} found", context.time(at));
    let all = known.iter().filter_map(|known| Some((known.person.slug.clone(), line(known.site.gone_since?))));
    all.collect()
}

fn from_list<'a>(
    context: &Context,
    file: &Path,
    (people, keep): (&'a [Person], &'a KeepList),
) -> Result<Vec<&'a Person>, Failure> {
    let name = if file == Path::new("-") { "standard input".to_owned() } else { shown(file.display()) };
    let text = read(context, file).map_err(|why| {
        Failure::bad_file(format!("{name}: {}", clean(&why)), "give one slug or address a line, in UTF-8")
    })?;
    let list = PeopleList::parse(&text).map_err(|mistakes| {
        let lines: Vec<String> = mistakes.iter().map(|mistake| format!("{name}: {mistake}")).collect();
        Failure::bad_file(first(&lines), "")
    })?;
    let resolved = list.resolve(people, keep);
    known_all(&name, &resolved)?;
    let again = |twice: &crate::plan::people_list::Duplicate| {
        format!("{name}: line {}: `{}` was on line {} already", twice.line, clean(twice.slug.as_str()), twice.first)
    };
    let lines: Vec<String> = list.duplicates.iter().map(again).collect();
    some_of(context, &lines);
    left_out(context, &resolved.kept);
    Ok(resolved.chosen)
}

fn read(context: &Context, file: &Path) -> Result<String, String> {
    let source: Box<dyn std::io::Read> = if file == Path::new("-") {
        if std::io::stdin().is_terminal() {
            context.out.note("One slug or address a line; Ctrl-D ends the list:");
        }
        Box::new(std::io::stdin())
    } else {
        Box::new(std::fs::File::open(file).map_err(|error| error.to_string())?)
    };
    let mut text = String::new();
    source.take(LIST_LIMIT + 1).read_to_string(&mut text).map_err(|error| error.to_string())?;
    if text.len() as u64 > LIST_LIMIT { Err("it is larger than 16 MiB".to_owned()) } else { Ok(text) }
}

fn known_all(name: &str, resolved: &Resolved<'_>) -> Result<(), Failure> {
    if resolved.unknown.is_empty() {
        return Ok(());
    }
    let lines: Vec<String> = resolved
        .unknown
        .iter()
        .map(|(slug, line)| format!("{name}: line {line}: `{}` is not among the imported people", clean(slug.as_str())))
        .collect();
    Err(Failure::bad_file(first(&lines), "import a newer export, or take them off the list"))
}

fn left_out(context: &Context, kept: &[(&Person, &Kept)]) {
    let line = |(person, kept): &(&Person, &Kept)| {
        let why = if kept.why.is_empty() { String::new() } else { format!(" ({})", clean(&kept.why)) };
        format!("not {}: on the keep list{why}", clean(&person.full_name()))
    };
    let lines: Vec<String> = kept.iter().map(line).collect();
    some_of(context, &lines);
}

fn some_of(context: &Context, lines: &[String]) {
    if !lines.is_empty() {
        first(lines).lines().for_each(|line| context.out.note(format!("  {line}")));
    }
}

/// The first lines, and how many more there are.
fn first(lines: &[String]) -> String {
    let mut shown: Vec<String> = lines.iter().take(LINES_SHOWN).cloned().collect();
    if lines.len() > LINES_SHOWN {
        shown.push(format!("and {} more", crate::report::count::number((lines.len() - LINES_SHOWN) as u64)));
    }
    shown.join("\n")
}
