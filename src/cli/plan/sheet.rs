//! A plan as people read it: who, through which pages, how long, what is left, what an approval binds.

use super::binding::flow_of;
use super::choice;
use super::left::to_do;
use crate::cli::context::Context;
use crate::cli::measured;
use crate::cli::output::{account_of, clean, wrapped};
use crate::cli::schedule::queue;
use crate::cli::{outcome::Failure, selectors};
use crate::event::id::{Realm, Route};
use crate::ledger::Ledger;
use crate::plan::plan::Plan;
use crate::policy::forecast::Forecast;
use crate::policy::pace::Pace;
use crate::policy::visits::A_PERSON;
use crate::report::count::{bytes, count, number, people, span};
use crate::report::terminal;

/// What the proof of one person is reckoned with: 79 kB were measured on the practice site (12 people, three pictures each
/// and the audit's), and half as much again is for the larger photos of real pages.
const BYTES_A_PERSON: u64 = 120_000;

/// What is said of the pace where none is kept: the practice site is worked on without gaps unless somebody asks for them.
pub(crate) const NO_PACING: &str = "practice: no pacing";

/// The line of a plan that its commands begin with; `left` of its people are still to do.
pub(super) fn title(plan: &Plan, left: usize, standing: &str) -> String {
    let all = plan.people.len();
    let what = plan.approval_sentence();
    let of = if left == all { String::new() } else { format!(" ({} still to do)", number(left as u64)) };
    format!("Plan {}: {what}{of}, account `{}`, {} realm, {standing}", plan.id, plan.account, plan.realm)
}

/// People as a table with these heads; every cell is made safe, and on a terminal no line is too long for it.
pub(super) fn table(context: &Context, rows: Vec<Vec<String>>) {
    let columns = context.out.columns.unwrap_or(usize::MAX);
    for line in terminal::table(&rows, columns.saturating_sub(2)) {
        context.out.say(format!("  {line}"));
    }
}

/// What a plan means beside its people.
pub(super) fn describe(context: &Context, plan: &Plan, ledger: &Ledger, pace: &Pace) -> Result<(), Failure> {
    let people = to_do(context, ledger, &plan.id)?.len() as u64;
    let whose = ledger.identity(context.account(), plan.realm)?.map_or_else(
        || "not yet known; it is read from the page at the first contact".to_owned(),
        |known| account_of(&known.name, &known.handle),
    );
    part(context, "whose", &whose);
    part(context, "route", &format!("{}: {}", plan.route, through(plan.route)));
    if let Some(visits) = visits((plan, people), pace) {
        part(context, "visits", &visits);
    }
    part(context, "pace", &pace_of(context, (ledger, plan), pace)?);
    part(context, "hours", &hours(plan));
    part(context, "left", &left(context, ledger, plan)?);
    part(context, "evidence", &evidence(people));
    part(context, "after it", AFTERWARDS);
    let pack = context.pack()?;
    let changed = flow_of(&pack, plan.action, plan.route)?.1 != plan.pack_digest;
    let changed = if changed {
        format!("; it changed since: `exeunt plan renew {}` goes on with it", plan.id)
    } else {
        String::new()
    };
    let age = selectors::age(&pack, plan);
    part(context, "pack", &format!("{}: {age}{changed}", clean(&pack.site.pack.value)));
    part(context, "hash", &plan.hash().to_string());
    Ok(())
}

/// How long the rest of a plan takes by the settings' pace, and where that is practice, that nobody keeps it unless asked.
pub(super) fn pace_of(context: &Context, (ledger, plan): (&Ledger, &Plan), pace: &Pace) -> Result<String, Failure> {
    let is_over = to_do(context, ledger, &plan.id)?.is_empty();
    let calendar = calendar(context, (ledger, plan), pace)?;
    Ok(match plan.realm {
        Realm::Practice if !is_over => {
            format!("{NO_PACING}, one person right after another; with `--pace real`: {calendar}")
        }
        _ => calendar,
    })
}

/// How long the rest of a plan takes at a pace, as a sentence.
pub(crate) fn calendar(context: &Context, (ledger, plan): (&Ledger, &Plan), pace: &Pace) -> Result<String, Failure> {
    let left = to_do(context, ledger, &plan.id)?.len() as u64;
    if left > 0 && *pace == Pace::off() {
        let each = measured::a_person(context, ledger, plan.realm)?;
        let takes = each.map(|each| each.saturating_mul(u32::try_from(left).unwrap_or(u32::MAX)));
        let takes = takes.map(|takes| format!(", about {} as people took before", span(takes.as_secs().max(1))));
        return Ok(format!("{NO_PACING}, {} right after one another{}", people(left), takes.unwrap_or_default()));
    }
    let ahead = queue::ahead(context, ledger, (plan.realm, plan.route), (left, pace))?;
    let Some(forecast) = ahead else {
        return Ok("nobody is left".to_owned());
    };
    Ok(in_words(context, left, (&forecast, pace)))
}

/// The hours and the zone that an approval binds.
pub(crate) fn hours(plan: &Plan) -> String {
    plan.ceilings.when.as_ref().map_or_else(
        || {
            format!(
                "not bound, since the plan is of before approvals bound them: those of the settings hold, and \
                 `exeunt plan renew {}` binds them",
                plan.id
            )
        },
        |when| clean(&when.to_string()),
    )
}

/// A forecast as a sentence; the days are named, are those of the user's zone, and have the hours of the settings.
pub(crate) fn in_words(context: &Context, left: u64, (forecast, pace): (&Forecast, &Pace)) -> String {
    let hours = if pace.active.is_always() {
        "any day at any hour".to_owned()
    } else {
        format!("only {}, {}", pace.active, context.zone_now())
    };
    let named = |at: jiff::Timestamp| {
        let date = at.to_zoned(context.zone()).date();
        if date == context.today() { "today".to_owned() } else { date.strftime("%A, %-d %B %Y").to_string() }
    };
    let (first, last) = (named(forecast.first()), named(forecast.last()));
    let work = span(forecast.minutes_per_day().max(1) * 60);
    let dates = forecast.dates(&context.zone());
    if dates == 1 {
        let on = if last == "today" { last } else { format!("on {last}") };
        return format!("{} {on} ({hours}), in about {work}, if nothing stops it", people(left));
    }
    let dates = count(dates as u64, "day", "days");
    format!(
        "{} on {dates} from {first} to {last} ({hours}), about {work} each, if nothing stops it; the computer must be awake \
         then, you need not be there",
        people(left)
    )
}

/// How large the network is after a plan, as far as it is known now: who is gone already is not counted.
pub(crate) fn left(context: &Context, ledger: &Ledger, plan: &Plan) -> Result<String, Failure> {
    let known = context.known(ledger)?;
    let settled = choice::settled(context, (ledger, plan.realm), (&known, None))?;
    let here = known.iter().filter(|known| !settled.contains_key(&known.person.slug)).count() as u64;
    let leaving = to_do(context, ledger, &plan.id)?;
    let leaving = leaving.iter().filter(|person| !settled.contains_key(&person.slug)).count() as u64;
    let left = count(here.saturating_sub(leaving), "connection", "connections");
    Ok(format!("{left} of the {} known", number(here)))
}

/// What others see, and what brings somebody back.
pub(crate) const AFTERWARDS: &str = "nobody is told; endorsements and recommendations between you are withdrawn; only \
                                     another invitation, accepted by them, brings somebody back";

/// How large the proof of so many people will be.
pub(crate) fn evidence(people: u64) -> String {
    format!("about {} of pictures", bytes(people * BYTES_A_PERSON))
}

/// How many profiles a plan opens, and how many are allowed; none where it opens none.
pub(crate) fn visits((plan, people): (&Plan, u64), pace: &Pace) -> Option<String> {
    if plan.route != Route::Profile {
        return None;
    }
    let each = u64::from(A_PERSON);
    let all = count(people * each, "profile view", "profile views");
    let cap = |cap: Option<std::num::NonZeroU32>| cap.map(|cap| number(u64::from(cap.get())));
    let allowed = match (cap(pace.visits.per_hour), cap(pace.visits.per_day)) {
        (Some(hour), Some(day)) => format!("; at most {hour} an hour and {day} in 24 hours"),
        (Some(hour), None) => format!("; at most {hour} an hour"),
        (None, Some(day)) => format!("; at most {day} in 24 hours"),
        (None, None) => String::new(),
    };
    Some(format!(
        "{all}: each profile is opened {each} times, looked up, read again after the click, and audited{allowed}; \
         a rehearsal's count too"
    ))
}

/// One named part of the sheet; a long text goes on under its own beginning.
fn part(context: &Context, name: &str, text: &str) {
    let lines = wrapped(text, context.out.text_width().max(40), 12);
    for (at, line) in lines.iter().enumerate() {
        let line = if at == 0 { format!("  {name:<10}{}", &line[12..]) } else { line.clone() };
        context.out.say(line);
    }
}

/// What a route means for those who are visited.
fn through(route: Route) -> &'static str {
    match route {
        Route::List => "through the connections list; no profile is opened",
        Route::Profile => "through each person's profile; every visit is a profile view",
        Route::Settings => "through the account's own settings",
    }
}
