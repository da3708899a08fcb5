//! The approved plans of an account that are not finished, and when their people are due.
//!
//! It reads rows and reckons; it does not know the settings or how a moment is said.

use std::time::Duration;

use jiff::Timestamp;

use crate::event::id::{AccountName, Realm, Route, Slug};
use crate::event::stamp::Stamp;
use crate::event::state::EffectState;
use crate::ledger::{EffectRow, Ledger, LedgerError, PlanRow};
use crate::plan::keep::KeepList;
use crate::policy::forecast::{Forecast, forecast, forecast_visiting};
use crate::policy::history::History;
use crate::policy::pace::{Pace, Span};

/// So many people are looked ahead for at most.
const MOST_AT_ONCE: u64 = 20;

/// A plan with the people who are left in it, in its order.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// The plan.
    pub plan: PlanRow,
    /// Who is left.
    pub left: Vec<EffectRow>,
}

/// Whose limits are spent, and through which pages.
#[derive(Debug, Clone, Copy)]
pub struct Road<'a> {
    /// The account.
    pub account: &'a AccountName,
    /// Real or practice.
    pub realm: Realm,
    /// Through which pages.
    pub route: Route,
}

impl<'a> Road<'a> {
    /// That of a plan.
    #[must_use]
    pub fn of(plan: &'a PlanRow) -> Self {
        Self { account: &plan.account, realm: plan.realm, route: plan.route }
    }
}

/// One of the next people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextPerson {
    /// Who it is.
    pub slug: Slug,
    /// The name as it was when the plan was made.
    pub name: String,
}

/// The people of the next share, when it begins and how many are left in all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextShare {
    /// When its first person is due.
    pub from: Timestamp,
    /// Who, in order, without those on the keep list.
    pub people: Vec<NextPerson>,
    /// How many are left in all, these included.
    pub left: u64,
}

/// Why a share would only find out that nothing is allowed yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooEarly {
    /// When the plan goes on.
    pub due: Timestamp,
    /// How many people are left in it.
    pub left: u64,
}

/// The approved plans of people with somebody left, in the order of their approval.
///
/// # Errors
/// What the ledger says.
pub fn queue(ledger: &Ledger, account: &AccountName, realm: Realm) -> Result<Vec<Waiting>, LedgerError> {
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
pub fn ahead(
    ledger: &Ledger,
    road: Road<'_>,
    (left, pace): (u64, &Pace),
    now: &Stamp,
) -> Result<Option<Forecast>, LedgerError> {
    let mut history = History::default();
    ledger.catch_up(road.account, road.realm, &mut history)?;
    let debits = history.effects(now);
    Ok(match road.route {
        Route::List | Route::Settings => forecast(left, now.utc, &debits, pace),
        Route::Profile => forecast_visiting(left, now.utc, (&debits, &history.visits(now)), pace),
    })
}

/// When the next person is due; or of so many who are left `calmly`, when they are due without a wait for each of them.
///
/// Yesterday's removals leave the 24-hour window one at a time. Starting as soon as the first has left would make a run of one
/// person each, so `calmly` starts when a whole batch fits.
///
/// # Errors
/// What the ledger says.
pub fn next_due(
    ledger: &Ledger,
    road: Road<'_>,
    (pace, calmly): (&Pace, Option<u64>),
    now: &Stamp,
) -> Result<Option<Timestamp>, LedgerError> {
    let Some(left) = calmly else {
        // Gaps and pauses between two people are waits within a run; what is asked here is what a run would end for.
        let pace = Pace { gap: none(), batch_pause: none(), ..pace.clone() };
        return Ok(ahead(ledger, road, (1, &pace), now)?.map(|ahead| ahead.first()));
    };
    // Not more than an hour takes: the waits between those hours are not yesterday's.
    let number = pace.per_hour.map_or(MOST_AT_ONCE, |hour| u64::from(hour.get()).min(MOST_AT_ONCE));
    let ahead = ahead(ledger, road, (number.min(left), pace), now)?;
    Ok(ahead.and_then(|ahead| ahead.days.first().map(|day| day.calm_start(pace))))
}

/// Whether a run of the plan would end before it did anything; none where there is something to do, or somebody to look at.
///
/// A timer starts a share every half an hour, and those that come too early leave no run behind.
///
/// # Errors
/// What the ledger says.
pub fn too_early(
    ledger: &Ledger,
    plan: &PlanRow,
    (pace, calmly): (&Pace, bool),
    now: &Stamp,
) -> Result<Option<TooEarly>, LedgerError> {
    if plan.dropped.is_some() {
        return Ok(None);
    }
    let open = ledger.open_effects(&plan.account, plan.realm)?;
    if open.iter().any(|effect| effect.state.in_flight() || effect.state == EffectState::Done) {
        return Ok(None);
    }
    let left = open.iter().filter(|effect| effect.plan == plan.id).count() as u64;
    let due = next_due(ledger, Road::of(plan), (pace, calmly.then_some(left)), now)?;
    Ok(due.filter(|due| left > 0 && *due > now.utc).map(|due| TooEarly { due, left }))
}

/// Who is next in this queue: the people of its first day, without those who are kept; none where nobody is left.
///
/// # Errors
/// What the ledger says.
pub fn next_share(
    ledger: &Ledger,
    queue: &[Waiting],
    (keep, pace): (&KeepList, &Pace),
    now: &Stamp,
) -> Result<Option<NextShare>, LedgerError> {
    let Some(first) = queue.first() else { return Ok(None) };
    let left: Vec<&EffectRow> = queue
        .iter()
        .flat_map(|waiting| &waiting.left)
        .filter(|row| keep.holds_named(&row.slug, &row.name).is_none())
        .collect();
    let number = left.len() as u64;
    let Some(ahead) = ahead(ledger, Road::of(&first.plan), (number, pace), now)? else { return Ok(None) };
    let Some(day) = ahead.days.first() else { return Ok(None) };
    let people = left.iter().take(usize::try_from(day.people).unwrap_or(usize::MAX));
    let people = people.map(|row| NextPerson { slug: row.slug.clone(), name: row.name.clone() }).collect();
    Ok(Some(NextShare { from: day.first, people, left: number }))
}

fn none() -> Span {
    Span { min: Duration::ZERO, max: Duration::ZERO }
}

#[cfg(test)]
mod tests {
    use std::fs::DirBuilder;
    use std::os::unix::fs::DirBuilderExt as _;

    use super::*;
    use crate::event::id::{Action, Digest};
    use crate::ledger::{NewPlan, Owner, PlanPerson};
    use crate::plan::keep::Kept;

    /// A ledger in a temporary folder whose plans are made and approved second by second.
    struct Desk {
        _folder: tempfile::TempDir,
        owner: Owner,
        seconds: i64,
    }

    impl Desk {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let dir = folder.path().canonicalize().unwrap().join("data");
            DirBuilder::new().mode(0o700).create(&dir).unwrap();
            let owner = Ledger::open(&dir).unwrap().own(&account(), Realm::Practice, &at(0)).unwrap();
            Self { _folder: folder, owner, seconds: 0 }
        }

        fn tick(&mut self) -> Stamp {
            self.seconds += 1;
            at(self.seconds)
        }

        fn plan(&mut self, slugs: &[&str]) -> PlanRow {
            let person = |text: &&str| PlanPerson { slug: text.parse().unwrap(), name: text.to_uppercase() };
            let plan = NewPlan {
                account: account(),
                realm: Realm::Practice,
                action: Action::Remove,
                route: Route::List,
                hash: Digest::of(slugs.join(",").as_bytes()),
                pack_sha256: Digest::of(b"pack"),
                handle: None,
                ceilings: "{}".into(),
                people: slugs.iter().map(person).collect(),
            };
            let now = self.tick();
            self.owner.ledger().make_plan(&plan, &now).unwrap()
        }

        fn approve(&mut self, plan: &PlanRow) {
            let now = self.tick();
            self.owner.approve_plan(&plan.id, &plan.hash, "typed", &now).unwrap();
        }

        fn drop_plan(&mut self, plan: &PlanRow) {
            let now = self.tick();
            self.owner.drop_plan(&plan.id, "enough", &now).unwrap();
        }

        fn queue(&self) -> Vec<Waiting> {
            queue(self.owner.ledger(), &account(), Realm::Practice).unwrap()
        }

        fn row(&self, plan: &PlanRow) -> PlanRow {
            self.owner.ledger().plan(&account(), &plan.id).unwrap()
        }
    }

    fn account() -> AccountName {
        "default".parse().unwrap()
    }

    fn at(seconds: i64) -> Stamp {
        let utc = Timestamp::from_second(1_700_000_000 + seconds).unwrap();
        Stamp { utc, boot_ns: seconds * 1_000_000_000, boot_id: "boot-1".into() }
    }

    fn ids(queue: &[Waiting]) -> Vec<String> {
        queue.iter().map(|waiting| waiting.plan.id.to_string()).collect()
    }

    #[test]
    fn plans_wait_in_the_order_of_their_approval_while_somebody_is_left() {
        let mut desk = Desk::new();
        let (first, second) = (desk.plan(&["ann", "bob"]), desk.plan(&["cy"]));
        assert!(desk.queue().is_empty(), "nobody approved one");
        desk.approve(&second);
        desk.approve(&first);
        assert_eq!(ids(&desk.queue()), [second.id.to_string(), first.id.to_string()]);
        assert!(queue(desk.owner.ledger(), &account(), Realm::Real).unwrap().is_empty());
        desk.drop_plan(&second);
        assert_eq!(ids(&desk.queue()), [first.id.to_string()]);
    }

    #[test]
    fn the_next_share_is_the_first_day_without_whoever_is_kept() {
        let mut desk = Desk::new();
        let plan = desk.plan(&["ann", "bob", "cy", "di", "eve", "fay"]);
        desk.approve(&plan);
        let now = desk.tick();
        let mut keep = KeepList::default();
        keep.keep("bob".parse().unwrap(), Kept { why: String::new(), added: None });
        let share = |keep: &KeepList, queue: &[Waiting]| {
            next_share(desk.owner.ledger(), queue, (keep, &Pace::default()), &now).unwrap()
        };
        let next = share(&keep, &desk.queue()).unwrap();
        let names: Vec<&str> = next.people.iter().map(|person| person.name.as_str()).collect();
        assert_eq!(
            (names, next.left, next.from),
            (vec!["ANN", "CY", "DI", "EVE"], 5, now.utc),
            "four on the first day"
        );
        for slug in ["ann", "cy", "di", "eve", "fay"] {
            keep.keep(slug.parse().unwrap(), Kept { why: String::new(), added: None });
        }
        assert_eq!(share(&keep, &desk.queue()), None);
        assert_eq!(share(&keep, &[]), None);
    }

    #[test]
    fn it_is_too_early_only_while_somebody_is_left_and_the_hours_are_not_open() {
        let mut desk = Desk::new();
        let plan = desk.plan(&["ann", "bob"]);
        desk.approve(&plan);
        let row = desk.row(&plan);
        // 1.7 thousand million seconds after 1970 it is 22:13 in UTC.
        let active = ["09:00-12:00".parse::<crate::policy::active::Window>().unwrap()].into_iter().collect();
        let mornings = Pace { active, ..Pace::default() };
        let now = desk.tick();
        let early =
            |row: &PlanRow, pace: &Pace, calmly| too_early(desk.owner.ledger(), row, (pace, calmly), &now).unwrap();
        assert_eq!(early(&row, &Pace::default(), true), None);
        let due = "2023-11-15T09:00:00Z".parse().unwrap();
        for calmly in [true, false] {
            assert_eq!(early(&row, &mornings, calmly), Some(TooEarly { due, left: 2 }));
        }
        desk.drop_plan(&plan);
        let row = desk.row(&plan);
        let now = desk.tick();
        assert_eq!(too_early(desk.owner.ledger(), &row, (&mornings, true), &now).unwrap(), None);
    }
}
