//! Who a new plan means: by flags or by a list, without those who are kept, settled or in doubt.

use std::collections::BTreeMap;
use std::path::Path;

use crate::cli::args::PlanNew;
use crate::cli::context::Context;
use crate::cli::list_file::{self, some_of};
use crate::cli::outcome::Failure;
use crate::cli::output::clean;
use crate::cli::who;
use crate::event::id::{Realm, Route, Slug};
use crate::ledger::{AlsoCalled, KnownPerson, Ledger};
use crate::plan::keep::{KeepList, Kept};
use crate::plan::people_list::Mark;
use crate::plan::person::Person;
use crate::plan::plan::PlannedPerson;
use crate::plan::tally::Column;
use crate::report::words::Outcome;

/// Who the flags or the list mean, and who not and why.
pub(super) fn choose<'a>(
    context: &Context,
    new: &PlanNew,
    (people, columns, keep): (&'a [Person], &[Column], &'a KeepList),
) -> Result<Vec<&'a Person>, Failure> {
    if let Some(file) = &new.people {
        return from_list(context, file, (people, keep));
    }
    let selection = who::selection(&new.who)?;
    if selection.is_empty() && !who::is_narrowed(&new.who) && !new.edit {
        return Err(Failure::usage(
            "nobody was chosen for the plan",
            "give a flag such as --company '~consult' or --connected-before 2016-01-01, or --people FILE, or --edit; \
             `exeunt list` takes the same flags",
        ));
    }
    let picked = selection.pick(people, keep);
    who::explain(context, (&selection, columns), &picked);
    left_out(context, &picked.kept);
    let mut chosen = picked.chosen;
    // The longest known first; days that are not known last. A list keeps the order that its writer gave it.
    match new.who.sort {
        Some(sorting) => sorting.sort(&mut chosen),
        None => chosen.sort_by_key(|person| (person.connected_on.is_none(), person.connected_on, &person.slug)),
    }
    Ok(chosen)
}

/// Whether nothing narrows the choice, so that it is the whole network.
pub(super) fn is_everybody(new: &PlanNew) -> Result<bool, Failure> {
    Ok(new.people.is_none() && !who::is_narrowed(&new.who) && who::selection(&new.who)?.is_empty())
}

/// Takes out whom an earlier plan settled; says so.
pub(super) fn without_settled<'a>(
    context: &Context,
    settled: &BTreeMap<Slug, String>,
    chosen: Vec<&'a Person>,
) -> Vec<&'a Person> {
    let (out, left): (Vec<_>, Vec<_>) = chosen.into_iter().partition(|person| settled.contains_key(&person.slug));
    let lines: Vec<String> =
        out.iter().map(|person| format!("not {}: {}", clean(&person.full_name()), settled[&person.slug])).collect();
    some_of(context, &lines);
    left
}

/// Whom a plan removed since the last import, and who is in doubt, each with the words for it; with a route also whom a plan did
/// not find there under a name that is still the newest known. The profile's own page may tell what the list cannot.
pub(super) fn settled(
    context: &Context,
    (ledger, realm): (&Ledger, Realm),
    (known, route): (&[KnownPerson], Option<Route>),
) -> Result<BTreeMap<Slug, String>, Failure> {
    let last = |known: &KnownPerson| known.site.last_seen.map_or(known.last_seen, |site| site.max(known.last_seen));
    let seen: BTreeMap<&Slug, jiff::Timestamp> = known.iter().map(|known| (&known.person.slug, last(known))).collect();
    let mut settled: BTreeMap<Slug, String> = gone(context, known);
    let called = ledger.also_called(context.account(), realm)?;
    for plan in ledger.plans(context.account())?.iter().filter(|plan| plan.realm == realm) {
        for effect in ledger.effects(&plan.id)? {
            // A newer import or scan may name again who was gone: then they are back.
            let at = effect.intent.or(plan.approved);
            let is_newer = seen.get(&effect.slug).zip(at).is_some_and(|(seen, at)| *seen < at);
            match Outcome::of(effect.state) {
                Outcome::Removed if is_newer => {
                    settled.insert(
                        effect.slug,
                        format!("removed by plan {}, and no newer import or scan has them", plan.id),
                    );
                }
                Outcome::AlreadyGone if is_newer => {
                    settled.insert(effect.slug, format!("was gone already when plan {} looked", plan.id));
                }
                Outcome::NotFound
                    if is_newer
                        && route == Some(plan.route)
                        && called.get(&effect.slug).zip(at).is_none_or(|(called, at)| called.at < at) =>
                {
                    let flags = context.flags();
                    settled.insert(
                        effect.slug,
                        format!(
                            "not found under this name by plan {}; import a newer export, or let the profile tell: \
                             `exeunt plan new --route profile --people people.txt{flags}`",
                            plan.id
                        ),
                    );
                }
                Outcome::InDoubt => {
                    settled.insert(effect.slug, format!("in doubt in plan {}; `exeunt status` says more", plan.id));
                }
                _ => {}
            }
        }
    }
    Ok(settled)
}

/// A person as a plan names them: by what a person said they are called on the site, unless a newer source has them.
pub(super) fn planned(called: &BTreeMap<Slug, AlsoCalled>, known: &KnownPerson) -> PlannedPerson {
    let person = PlannedPerson::from(&known.person);
    let seen = known.site.last_seen.map_or(known.last_seen, |site| site.max(known.last_seen));
    match called.get(&person.slug) {
        Some(called) if called.at > seen => PlannedPerson { name: called.name.clone(), ..person },
        _ => person,
    }
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
    let (name, list) = list_file::read(context, (file, Mark::Remove), people)?;
    let resolved = list.resolve(people, keep);
    list_file::all_known(&name, &resolved.unknown, people)?;
    list_file::tell_duplicates(context, &name, &list);
    left_out(context, &resolved.kept);
    Ok(resolved.chosen)
}

pub(super) fn left_out(context: &Context, kept: &[(&Person, &Kept)]) {
    let line = |(person, kept): &(&Person, &Kept)| {
        let why = if kept.why.is_empty() { String::new() } else { format!(" ({})", clean(&kept.why)) };
        format!("not {}: on the keep list{why}", clean(&person.full_name()))
    };
    let lines: Vec<String> = kept.iter().map(line).collect();
    some_of(context, &lines);
}
