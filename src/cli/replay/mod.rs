//! `replay`: walks an earlier run of `close` or `hibernate` again, always as a rehearsal, and says what is different.

mod earlier;
mod told;

use self::earlier::Earlier;
use super::args::Replay;
use super::context::Context;
use super::errand::runtime;
use super::outcome::{Answer, Failure};
use super::output::clean;
use super::{close, closed, interlock, known_driver};
use crate::event::fact::{Gate, Mode, Verdict};
use crate::event::id::Realm;
use crate::ledger::Owner;
use crate::report::glossary;
use crate::runner::closing::{ClosingOrder, Repeat};

/// Carries out `replay`.
pub(crate) fn run(context: &Context, command: &Replay) -> Answer {
    let ledger = context.ledger()?;
    let realm = context.realm(&ledger)?;
    closed::refuse(context, &ledger, realm)?;
    let earlier = Earlier::read(context, &ledger, &command.run)?;
    let mut owner = interlock::begin(context, &ledger, realm)?;
    is_same_account(context, &owner, realm, &earlier)?;
    let pack = earlier.pack(context, command.pack)?;
    let runtime = runtime()?;
    let mut place = close::place(context, (realm, earlier.plan.action), pack, &runtime)?;
    known_driver::check(context, command.driving, place.driver.opener())?;
    announce(context, &earlier);
    let whose = close::read(context, &mut owner, std::slice::from_ref(&earlier.handle), (&mut place, &runtime))?;
    let order = order(context, &owner, (command, earlier), (&place, &whose.shown()))?;
    let outcome = runtime.block_on(close::carry_out(context, &mut owner, &order, (&mut place, None)));
    runtime.shutdown_background();
    let outcome = outcome?;
    let report = super::evidence::write_report(context, owner.ledger(), &order.started.run)?;
    Ok(told::compared(context, &outcome, &report).with("run", order.started.run.to_string()))
}

/// Refuses before a browser opens what could only end at another account.
fn is_same_account(context: &Context, owner: &Owner, realm: Realm, earlier: &Earlier) -> Result<(), Failure> {
    let Some(known) = owner.ledger().identity(context.account(), realm)? else { return Ok(()) };
    if known.handle == earlier.handle {
        return Ok(());
    }
    Err(Failure::bad_file(
        format!(
            "run {} was of the account {}, and `{}` is {} now",
            earlier.run,
            clean(earlier.handle.as_str()),
            context.account(),
            clean(known.handle.as_str())
        ),
        "choose a run of this account: `exeunt evidence list` shows all",
    ))
}

fn announce(context: &Context, earlier: &Earlier) {
    let out = &context.out;
    out.say("REHEARSAL: nothing will be changed, and no secret is typed");
    out.explain(glossary::REHEARSAL);
    out.say(format!(
        "  again     run {}, {}, {}, with {}",
        earlier.run,
        crate::report::words::of_mode(earlier.started.mode),
        context.time(earlier.began),
        clean(&earlier.started.browser)
    ));
}

fn order(
    context: &Context,
    owner: &Owner,
    (command, earlier): (&Replay, Earlier),
    (place, whose): (&close::Place, &str),
) -> Result<ClosingOrder, Failure> {
    let why = format!("the page shows {whose}, as in run {}", earlier.run);
    Ok(ClosingOrder {
        started: close::started(context, owner, (&earlier.plan, Mode::Rehearsal), place)?,
        flow: place.flow.clone(),
        handle: earlier.handle,
        inputs: earlier.inputs,
        gates: vec![Gate { gate: "account".to_owned(), verdict: Verdict::Pass, why }],
        approved: None,
        zone: context.zone(),
        settle: close::settle(context, place.realm)?,
        repeat: Some(Repeat {
            of: earlier.run,
            manifest_sha256: earlier.manifest_sha256,
            kept_pack: command.pack == super::args::PackArg::Kept,
            browser: earlier.started.browser,
            own_pages: &super::evidence::OWN_PAGES,
            then: earlier.steps,
        }),
    })
}
