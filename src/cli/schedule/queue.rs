//! The approved plans of an account that are not finished, and when their people are due.

use std::time::Duration;

use jiff::Timestamp;

use crate::cli::context::Context;
use crate::cli::outcome::Failure;
use crate::event::id::{AccountName, Realm, Route, Slug};
use crate::event::state::EffectState;
use crate::ledger::{EffectRow, Ledger, PlanRow};
use crate::policy::forecast::{Day, Forecast, forecast, forecast_visiting};
use crate::policy::history::History;
use crate::policy::pace::{Jitter, Pace, Span};

/// What a process does between two shares, as `status` shows it.
pub(crate) const WAITING: &str = "waiting for the next share, with the browser closed";

/// A plan with the people who are left in it, in its order.
pub(crate) struct Waiting {
    /// The plan.
    pub(crate) plan: PlanRow,
    /// Who is left.
    pub(crate) left: Vec<EffectRow>,
}

/// The approved plans of people with somebody left, in the order of their approval.
///
/// # Errors
/// What the ledger says.
pub(crate) fn queue(ledger: &Ledger, account: &AccountName, realm: Realm) -> Result<Vec<Waiting>, Failure> {
    let mut plans = ledger.plans(account)?;
    plans.retain(|plan| {
        plan.realm == realm && plan.approved.is_some() && plan.dropped.is_none() && !plan.action.is_of_account()
    });
    plans.sort_by_key(|plan| plan.approved);
    let mut waiting = Vec::new();
    for plan in plans {
        let mut left = ledger.effects(&plan.id)?;
        left.retain(|effect| effect.state.is_open() && effect.state != EffectState::Done);
        if !left.is_empty() {
            waiting.push(Waiting { plan, left });
        }
    }
    Ok(waiting)
}

/// When so many people are due from now on; none for nobody.
///
/// # Errors
/// What the ledger says.
pub(crate) fn ahead(
    context: &Context,
    ledger: &Ledger,
    (realm, route): (Realm, Route),
    (left, pace): (u64, &Pace),
) -> Result<Option<Forecast>, Failure> {
    let mut history = History::default();
    ledger.catch_up(context.account(), realm, &mut history)?;
    let stamp = context.clock.now();
    let debits = history.effects(&stamp);
    Ok(match route {
        Route::List | Route::Settings => forecast(left, stamp.utc, &debits, pace),
        Route::Profile => forecast_visiting(left, stamp.utc, (&debits, &history.visits(&stamp)), pace),
    })
}

/// When the next person is due; or of so many who are left `calmly`, when they are due without a wait for each of them.
///
/// What was done yesterday within half an hour leaves the last 24 hours one by one. Whoever begins with the first of them
/// waits for every other one, in a run of one person each.
///
/// # Errors
/// What the ledger says.
pub(crate) fn next_due(
    context: &Context,
    ledger: &Ledger,
    which: (Realm, Route),
    (pace, calmly): (&Pace, Option<u64>),
) -> Result<Option<Timestamp>, Failure> {
    let Some(left) = calmly else {
        // Gaps and pauses between two people are waits within a run; what is asked here is what a run would end for.
        let pace = Pace { gap: none(), batch_pause: none(), ..pace.clone() };
        return Ok(ahead(context, ledger, which, (1, &pace))?.map(|ahead| ahead.first()));
    };
    // Not more than an hour takes: the waits between those hours are not yesterday's.
    let number = pace.per_hour.map_or(MOST_AT_ONCE, |hour| u64::from(hour.get()).min(MOST_AT_ONCE));
    let ahead = ahead(context, ledger, which, (number.min(left), pace))?;
    Ok(ahead.and_then(|ahead| ahead.days.first().map(|day| calm_start(day, pace))))
}

/// So many people are looked ahead for at most.
const MOST_AT_ONCE: u64 = 20;

/// What chance may add: a start that much later seldom meets a wait.
const SLACK: Duration = Duration::from_secs(180);

/// From when on the people of a day follow each other at the plan's gaps alone.
fn calm_start(day: &Day, pace: &Pace) -> Timestamp {
    let (people, batch) = (u32::try_from(day.people).unwrap_or(u32::MAX), pace.batch.get());
    let gaps = pace.gap.at(Jitter::AVERAGE).saturating_mul(people.saturating_sub(1));
    let pauses = pace.batch_pause.at(Jitter::AVERAGE).saturating_mul(people.saturating_sub(1) / batch);
    let start = day.last.checked_sub(gaps.saturating_add(pauses)).unwrap_or(day.first).max(day.first);
    if start > day.first { start.checked_add(SLACK).unwrap_or(start) } else { start }
}

fn none() -> Span {
    Span { min: Duration::ZERO, max: Duration::ZERO }
}

/// One of the next people.
pub(crate) struct NextPerson {
    /// Who it is.
    pub(crate) slug: Slug,
    /// The name as it was when the plan was made.
    pub(crate) name: String,
}

/// The people of the next share, when it begins and how many are left in all; none where nobody is left.
pub(crate) struct NextShare {
    /// When its first person is due.
    pub(crate) from: Timestamp,
    /// Who, in order, without those on the keep list.
    pub(crate) people: Vec<NextPerson>,
    /// How many are left in all, these included.
    pub(crate) left: u64,
}

/// Who is next in this queue: the people of its first day.
///
/// # Errors
/// What the ledger or the settings say.
pub(crate) fn next_share(
    context: &Context,
    ledger: &Ledger,
    (realm, queue): (Realm, &[Waiting]),
) -> Result<Option<NextShare>, Failure> {
    let Some(first) = queue.first() else { return Ok(None) };
    let keep = context.keep_list(ledger)?;
    let left: Vec<&EffectRow> = queue.iter().flat_map(|waiting| &waiting.left).collect();
    let left: Vec<&EffectRow> =
        left.into_iter().filter(|row| keep.holds_named(&row.slug, &row.name).is_none()).collect();
    let number = left.len() as u64;
    let pace = context.pace(realm)?;
    let Some(ahead) = ahead(context, ledger, (realm, first.plan.route), (number, &pace))? else { return Ok(None) };
    let Some(day) = ahead.days.first() else { return Ok(None) };
    let people = left.iter().take(usize::try_from(day.people).unwrap_or(usize::MAX));
    let people = people.map(|row| NextPerson { slug: row.slug.clone(), name: row.name.clone() }).collect();
    Ok(Some(NextShare { from: day.first, people, left: number }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_when_its_people_follow_each_other_by_the_gaps_alone() {
        let first: Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
        let later = |seconds: u64| first.checked_add(Duration::from_secs(seconds)).unwrap();
        let pace = Pace::default();
        // Ten people take nine gaps of 40 s; the last one is held back for another 10 minutes by yesterday's.
        let held = Day { first, last: later(9 * 40 + 600), people: 10 };
        assert_eq!(calm_start(&held, &pace), later(600 + 180));
        let free = Day { first, last: later(9 * 40), people: 10 };
        assert_eq!(calm_start(&free, &pace), first, "nothing is waited for that is free");
        assert_eq!(calm_start(&Day { first, last: first, people: 1 }, &pace), first);
        // Eleven have a pause after the tenth.
        let pause = Day { first, last: later(10 * 40 + 450), people: 11 };
        assert_eq!(calm_start(&pause, &pace), first);
    }
}
