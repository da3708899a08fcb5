//! What an approval binds: a plan between the ledger, the flow pack and its hash.

use crate::cli::context::Context;
use crate::cli::outcome::Failure;
use crate::cli::output::shown;
use crate::cli::pack_kept;
use crate::event::exit::Ending;
use crate::event::id::{Action, Digest, Realm, Route};
use crate::flow::pack::Pack;
use crate::ledger::{Ledger, NewPlan, PlanPerson, PlanRow};
use crate::plan::plan::{Plan, PlannedPerson};
use crate::policy::ceilings::Ceilings;
use crate::policy::pace::Pace;

/// The acting flow for a plan, and the digest that its approval binds.
pub(crate) fn flow_of(pack: &Pack, action: Action, route: Route) -> Result<(String, Digest), Failure> {
    let name = match action {
        Action::Remove => format!("{action}-from-{route}"),
        Action::Close | Action::Hibernate => format!("{action}-account"),
    };
    let missing =
        || Failure::bad_file(format!("the pack has no flow `{name}`"), "`exeunt selectors lint` checks a pack");
    let flow = pack.flows.get(&name).ok_or_else(missing)?;
    let digest = pack.digest_for(flow);
    Ok((name, digest))
}

/// A plan of the ledger as what its hash binds.
pub(crate) fn bound(row: &PlanRow, people: &[PlanPerson], pack_digest: Digest) -> Result<Plan, Failure> {
    let ceilings = ceilings(row)?;
    Ok(Plan {
        id: row.id.clone(),
        account: row.account.clone(),
        realm: row.realm,
        action: row.action,
        route: row.route,
        people: people
            .iter()
            .map(|person| PlannedPerson { slug: person.slug.clone(), name: person.name.clone() })
            .collect(),
        ceilings,
        handle: row.handle.clone(),
        pack_digest,
        made_at: row.made,
    })
}

/// Whether this pace keeps within what the approval of the plan binds: limits, hours and zone.
///
/// # Errors
/// Every setting that does not, with what was approved; or the row cannot be read.
pub(crate) fn keeps_within(context: &Context, row: &PlanRow, pace: &Pace) -> Result<(), Failure> {
    let excesses = ceilings(row)?.exceeded_by(pace);
    if excesses.is_empty() {
        return Ok(());
    }
    let differs: Vec<String> = excesses.iter().map(ToString::to_string).collect();
    let back: Vec<String> = excesses.iter().map(|excess| excess.key.to_owned()).collect();
    Err(Failure::bad_file(
        shown(format!("the settings are not those that the approval of plan {} binds: {}", row.id, differs.join("; "))),
        format!(
            "set {} back to what the plan has (`exeunt config show{flags}` says where each is set), or \
             `exeunt plan renew {id}{flags}` makes a plan by the settings of now, which needs an approval of its own",
            back.join(", "),
            id = row.id,
            flags = context.flags(),
        ),
    ))
}

/// What to know of a plan that was made before an approval bound hours and zone; none of every other one.
///
/// # Errors
/// The row cannot be read.
pub(crate) fn binds_no_hours(context: &Context, row: &PlanRow) -> Result<Option<String>, Failure> {
    let is_of_before = ceilings(row)?.when.is_none();
    Ok(is_of_before.then(|| {
        format!(
            "plan {id} is of before approvals bound hours and time zone: it goes on by those of the settings, within the limits \
             that were approved; `exeunt plan renew {id}{}` binds them too",
            context.flags(),
            id = row.id,
        )
    }))
}

/// What the approval of a plan binds of the pace.
fn ceilings(row: &PlanRow) -> Result<Ceilings, Failure> {
    serde_json::from_str(&row.ceilings).map_err(|_| {
        Failure::new(
            Ending::Damaged,
            format!("plan {} has ceilings that cannot be read", row.id),
            format!("drop it with `exeunt plan drop {}`, and make it again", row.id),
        )
    })
}

/// A plan against today's pack, settings and identity; its pack is kept so that a later difference can be shown.
pub(crate) fn drafted(
    context: &Context,
    ledger: &Ledger,
    (realm, action, route): (Realm, Action, Route),
    (people, pace): (Vec<PlannedPerson>, &Pace),
) -> Result<Plan, Failure> {
    let pack = context.pack()?;
    let (_, pack_digest) = flow_of(&pack, action, route)?;
    pack_kept::keep(context, &pack_digest, &pack)?;
    Ok(Plan {
        // The ledger draws the id; it is not in the hash.
        id: "P22".parse().expect("a `P` and two digits are a plan's id"),
        account: context.account().clone(),
        realm,
        action,
        route,
        people,
        ceilings: pace.ceilings_for(route),
        handle: ledger.identity(context.account(), realm)?.map(|identity| identity.handle),
        pack_digest,
        made_at: context.clock.now().utc,
    })
}

/// A plan as the ledger takes it.
pub(crate) fn recorded(plan: &Plan) -> NewPlan {
    let person = |person: &PlannedPerson| PlanPerson { slug: person.slug.clone(), name: person.name.clone() };
    NewPlan {
        account: plan.account.clone(),
        realm: plan.realm,
        action: plan.action,
        route: plan.route,
        hash: plan.hash(),
        pack_sha256: plan.pack_digest,
        handle: plan.handle.clone(),
        ceilings: serde_json::to_string(&plan.ceilings).expect("ceilings are numbers and texts"),
        people: plan.people.iter().map(person).collect(),
    }
}
