//! The approved plans of an account that are not finished, and when their people are due.

use jiff::Timestamp;

use crate::cli::context::Context;
use crate::cli::outcome::Failure;
use crate::event::id::{AccountName, Realm, Route, Slug};
use crate::event::state::EffectState;
use crate::ledger::{EffectRow, Ledger, PlanRow};
use crate::policy::calendar::{Forecast, forecast, forecast_visiting};
use crate::policy::pace::Pace;
use crate::policy::quota::Debits;

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
    let account = context.account();
    let debits = ledger.debits(account, realm, Timestamp::MIN)?;
    let debits: Debits = debits.into_iter().map(|debit| debit.at).collect();
    let now = context.clock.now().utc;
    Ok(match route {
        Route::List | Route::Settings => forecast(left, now, &debits, pace),
        Route::Profile => {
            let visits = ledger.visits(account, realm, Timestamp::MIN)?;
            forecast_visiting(left, now, (&debits, &visits.into_iter().collect()), pace)
        }
    })
}

/// When the next person is due.
///
/// # Errors
/// What the ledger says.
pub(crate) fn next_due(
    context: &Context,
    ledger: &Ledger,
    which: (Realm, Route),
    pace: &Pace,
) -> Result<Option<Timestamp>, Failure> {
    // Gaps and pauses between two people are waits within a run; what is asked here is what a run would end for.
    let pace = Pace { gap: none(), batch_pause: none(), ..pace.clone() };
    Ok(ahead(context, ledger, which, (1, &pace))?.map(|ahead| ahead.first()))
}

fn none() -> crate::policy::pace::Span {
    crate::policy::pace::Span { min: std::time::Duration::ZERO, max: std::time::Duration::ZERO }
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
