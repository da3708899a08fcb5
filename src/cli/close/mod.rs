//! `close` and `hibernate`: a rehearsal, or with `--live` the deed, once.

mod approval;
mod ending;
mod gates;

use std::collections::BTreeMap;
use std::io::IsTerminal as _;
use std::time::Duration;

use secrecy::SecretString;
use tokio::runtime::Runtime;
use tokio::sync::watch;

use self::approval::Subject;
use self::gates::Gates;
use super::args::Leave;
use super::attendant::Terminal;
use super::browser::Driver;
use super::context::Context;
use super::errand::{runtime, while_asked};
use super::outcome::{Answer, Failure};
use super::output::Output;
use super::run::agreement;
use super::whose::{self, Question, Whose};
use super::{closed, interlock, known_driver, password, plan as plans, profile, progress, signals};
use crate::event::exit::Ending;
use crate::event::fact::{Mode, Purpose, RunStarted, Verdict};
use crate::event::id::{Action, Realm, Route, Slug};
use crate::flow::pack::Pack;
use crate::ledger::{Owner, PlanRow};
use crate::plan::plan::PlannedPerson;
use crate::policy::pace::Pace;
use crate::report::glossary;
use crate::runner::clock::Clock;
use crate::runner::closing::{self, ClosingOrder, ClosingOutcome};
use crate::runner::errand::Outset;
use crate::runner::handover::Handover;
use crate::runner::order::Telling;
use crate::runner::run::{Parts, RunError};
use crate::runner::wait::Stop;

/// Where it is done and by what.
pub(crate) struct Place {
    pub(crate) realm: Realm,
    pub(crate) pack: Pack,
    pub(crate) flow: String,
    pub(crate) origin: String,
    pub(crate) driver: Handover<Driver>,
    browser: String,
}

/// Carries out `close` or `hibernate`.
pub(crate) fn run(context: &Context, command: &Leave, action: Action) -> Answer {
    let ledger = context.ledger()?;
    let realm = context.realm(&ledger)?;
    closed::refuse(context, &ledger, realm)?;
    let mut owner = interlock::own(context, &ledger, realm)?;
    // What an earlier process left in flight is nobody's to read any more: a person settles it.
    closing::settle_left_behind(&mut owner, &context.clock)?;
    interlock::may_begin(context, owner.ledger(), realm)?;
    let password = match command.password_from_keyring {
        true => Some(password::kept(context, realm)?),
        false => None,
    };
    let runtime = runtime()?;
    let mut place = place(context, (realm, action), context.pack()?, &runtime)?;
    known_driver::check(context, command.driving, place.driver.opener())?;
    announce(context, command, action);
    let mut gates = gates(context, (&mut owner, realm), (command, action))?;
    gates.show(context);
    if command.live {
        gates.must_pass()?;
        agreement::note(context, &mut owner, realm)?;
    }
    let known = owner.ledger().identity(context.account(), realm)?.map(|identity| identity.handle);
    let whose = read(context, &mut owner, &known.into_iter().collect::<Vec<_>>(), (&mut place, &runtime))?;
    gates.answer("account", Verdict::Pass, &format!("the page shows {}", whose.shown()));
    let subject = Subject { action, whose };
    if command.live {
        while_asked(&runtime, &mut place.driver, |stop| {
            if action == Action::Close {
                approval::offer_hibernation(context, stop)?;
                gates.answer("hibernate", Verdict::Pass, "offered, and not taken");
            }
            approval::ask(context, (&subject, realm), stop)
        })?;
    }
    let plan = planned(context, &mut owner, (&subject, &place), command.live)?;
    let order = order(context, &owner, (command, &subject, &plan), (&place, gates))?;
    let outcome = runtime.block_on(carry_out(context, &mut owner, &order, (&mut place, password)));
    // A question at the terminal that nobody answers any more must not hold the program back.
    runtime.shutdown_background();
    let outcome = outcome?;
    let report = super::evidence::write_report(context, owner.ledger(), &order.started.run)?;
    if command.live && outcome.ending == Ending::Done {
        // The proof is closed: whoever has the profile could only reopen the account.
        profile::delete(&profile::folder(context, realm))?;
    }
    Ok(ending::closing(context, (command, action), &outcome, &report).with("run", order.started.run.to_string()))
}

/// Finds the pages, the flow of the pack for it, and a browser.
pub(crate) fn place(
    context: &Context,
    (realm, action): (Realm, Action),
    pack: Pack,
    runtime: &Runtime,
) -> Result<Place, Failure> {
    let (flow, _) = plans::flow_of(&pack, action, Route::Settings)?;
    let origin = context.site_of(&pack)?;
    let mut driver = Driver::new(context, realm, &origin).covering(&pack.site);
    let browser = runtime.block_on(driver.about())?;
    Ok(Place { realm, pack, flow, origin, driver: driver.keeping(), browser })
}

fn announce(context: &Context, command: &Leave, action: Action) {
    let what = if action == Action::Close { "closed" } else { "hidden" };
    if !command.live {
        context.out.say(format!("REHEARSAL: nothing will be {what}, and no secret is typed"));
        context.out.explain(glossary::REHEARSAL);
    }
    context.out.say(
        "  the pages of the settings are known from second-hand descriptions only: your rehearsal is the first check",
    );
}

/// The gates; a person at a terminal may end unfinished plans on the way.
fn gates(
    context: &Context,
    (owner, realm): (&mut Owner, Realm),
    (command, action): (&Leave, Action),
) -> Result<Gates, Failure> {
    let is_there = std::io::stdin().is_terminal();
    if command.live && is_there {
        let open = owner.ledger().unfinished_plans(context.account(), realm)?;
        if !open.is_empty() {
            let names = open.iter().map(|plan| plan.id.to_string()).collect::<Vec<_>>().join(", ");
            approval::offer_stop(context, &names)?;
            for plan in open {
                owner.drop_plan(
                    &plan.id,
                    &format!("stopped before the account was to be {action}d"),
                    &context.clock.now(),
                )?;
            }
        }
    }
    Gates::read(context, (owner.ledger(), realm), (command, action), is_there)
}

/// Whose account the site shows right now; one of these, where any is given.
pub(crate) fn read(
    context: &Context,
    owner: &mut Owner,
    expected: &[Slug],
    (place, runtime): (&mut Place, &Runtime),
) -> Result<Whose, Failure> {
    let outset = Outset { purpose: Purpose::Approval, origin: place.origin.clone(), browser: place.browser.clone() };
    let question = Question { pack: &place.pack, outset: &outset, expected, fully: true };
    whose::read(context, owner, &question, (&mut place.driver, runtime))
}

/// The plan of this one deed: approved when it is live, since its approval was typed a moment ago.
fn planned(
    context: &Context,
    owner: &mut Owner,
    (subject, place): (&Subject, &Place),
    live: bool,
) -> Result<PlanRow, Failure> {
    let person = PlannedPerson { slug: subject.whose.handle.clone(), name: subject.whose.name.clone() };
    let pace = context.pace(place.realm)?;
    let what = (place.realm, subject.action, Route::Settings);
    let draft = plans::drafted(context, owner.ledger(), what, (vec![person], &pace))?;
    let (hash, plans) = (draft.hash(), owner.ledger().plans(context.account())?);
    let is_same = |plan: &PlanRow| plan.hash == hash && plan.approved.is_none() && plan.dropped.is_none();
    let row = match plans.into_iter().rev().find(is_same) {
        Some(row) => row,
        None => owner.ledger().make_plan(&plans::recorded(&draft), &context.clock.now())?,
    };
    if !live {
        return Ok(row);
    }
    owner.approve_plan(&row.id, &row.hash, "typed", &context.clock.now())?;
    Ok(owner.ledger().plan(context.account(), &row.id)?)
}

fn order(
    context: &Context,
    owner: &Owner,
    (command, subject, plan): (&Leave, &Subject, &PlanRow),
    (place, gates): (&Place, Gates),
) -> Result<ClosingOrder, Failure> {
    let yes = |yes: bool| if yes { "yes" } else { "no" };
    let inputs: BTreeMap<String, String> = [
        ("slug", subject.whose.handle.as_str()),
        ("name", subject.whose.name.as_str()),
        ("reason", command.reason.as_str()),
        ("comment", command.comment.as_str()),
        ("unsubscribe", yes(command.unsubscribe)),
    ]
    .map(|(key, value)| (key.to_owned(), value.to_owned()))
    .into();
    let mode = if command.live { Mode::Live } else { Mode::Rehearsal };
    Ok(ClosingOrder {
        started: started(context, owner, (plan, mode), place)?,
        flow: place.flow.clone(),
        handle: subject.whose.handle.clone(),
        inputs,
        gates: gates.all,
        approved: plan.approved.filter(|_| command.live),
        zone: context.zone(),
        settle: settle(context, place.realm)?,
        repeat: None,
    })
}

/// How long an account must be open after the last click before that proves that nothing happened. Nothing on the practice site is
/// late.
pub(crate) fn settle(context: &Context, realm: Realm) -> Result<Duration, Failure> {
    let pace = if realm == Realm::Practice { Pace::off() } else { context.pace(realm)? };
    Ok(pace.not_applied_after)
}

/// What is fixed for a run of that plan in that place.
pub(crate) fn started(
    context: &Context,
    owner: &Owner,
    (plan, mode): (&PlanRow, Mode),
    place: &Place,
) -> Result<RunStarted, Failure> {
    Ok(RunStarted {
        run: owner.ledger().free_run_id()?,
        plan: plan.id.clone(),
        hash: plan.hash,
        mode,
        account: context.account().clone(),
        realm: place.realm,
        origin: place.origin.clone(),
        action: plan.action,
        route: plan.route,
        pack: place.pack.site.pack.value.clone(),
        pack_sha256: place.pack.digest_all(),
        browser: place.browser.clone(),
        program: concat!("exeunt ", env!("CARGO_PKG_VERSION")).to_owned(),
        zone: context.zone_name(),
    })
}

/// Walks, with a person at the terminal who may be asked.
pub(crate) async fn carry_out(
    context: &Context,
    owner: &mut Owner,
    order: &ClosingOrder,
    (place, password): (&mut Place, Option<SecretString>),
) -> Result<ClosingOutcome, Failure> {
    let bundle = super::evidence::bundle(context, place.realm, &order.started.run)?;
    let (send, stop) = watch::channel(Stop::No);
    let signals = signals::listen(send);
    let clock = Clock::system();
    // Questions are asked meanwhile: a bar would be drawn over them.
    let plain = Output { lively: false, ..context.out };
    let mut shown = progress::Progress::new(plain, context.zone(), BTreeMap::new());
    let answering = shown.answering(&stop);
    let mut tell = |telling: Telling<'_>| shown.tell(telling);
    let mut visitor = place.driver.opener().without_account();
    let mut attendant = Terminal::new(context, (place.realm, place.driver.opener().is_headed()), stop.clone());
    attendant.password = password;
    let parts = Parts { owner, bundle: &bundle, pack: &place.pack, order, clock: &clock, stop, tell: &mut tell };
    let ended = closing::carry_out(parts, (&mut place.driver, &mut visitor), &mut attendant).await;
    if ended.is_ok() {
        super::evidence::stamp(context, &bundle);
    }
    answering.abort();
    signals.abort();
    shown.finish();
    ended.map_err(|error| match error {
        RunError::Ledger(error) => error.into(),
        RunError::Evidence(error) => error.into(),
    })
}
