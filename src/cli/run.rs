//! `run`: a rehearsal, or with `--live` the deed.

use std::io::{BufRead as _, IsTerminal as _};

use serde_json::json;
use tokio::sync::watch;

use super::args::{PaceArg, Run};
use super::browser::Driver;
use super::context::Context;
use super::outcome::{Answer, Failure, Outcome};
use super::output::clean;
use super::{plan as plans, progress, signals};
use crate::event::exit::Ending;
use crate::event::fact::{Mode, RunStarted};
use crate::event::id::{Digest, Realm};
use crate::evidence::bundle::Bundle;
use crate::flow::pack::Pack;
use crate::ledger::{Ledger, Owner, PlanPerson, PlanRow};
use crate::plan::plan::Plan;
use crate::policy::pace::Pace;
use crate::runner::clock::Clock;
use crate::runner::message::Subject;
use crate::runner::order::{self, Order};
use crate::runner::run::{self, Parts, RunError};
use crate::runner::wait::Stop;

/// So many people a rehearsal walks, spread over the plan.
const REHEARSED: usize = 5;

/// Carries out `run`.
pub(crate) fn run(context: &Context, command: &Run) -> Answer {
    let ledger = context.ledger()?;
    let row = plans::find(context, &ledger, &command.plan)?;
    let people = ledger.plan_people(&row.id)?;
    let pack = context.pack()?;
    let mut prepared = prepare(context, command, (&ledger, &row, &people), &pack)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::new(Ending::Bug, format!("the runtime cannot start: {error}"), ""))?;
    let driver = Driver::new(context, row.realm, &prepared.order.started.origin);
    prepared.order.started.browser = runtime.block_on(driver.about())?;
    let mut owner = ledger.own(context.account(), row.realm, &context.clock.now())?;
    may_begin(context, &owner, &row)?;
    if command.live {
        approve(context, command, (&mut owner, &row), &prepared.plan)?;
    } else {
        announce_rehearsal(context, &prepared.order);
    }
    let outcome = runtime.block_on(carry_out(context, (&mut owner, &pack), &prepared.order, driver))?;
    let run = prepared.order.started.run.clone();
    let report = super::evidence::write_report(context, owner.ledger(), &run)?;
    Ok(closing(context, (command, &row), &outcome, &report).with("run", run.to_string()))
}

/// What is settled before anybody is asked anything.
struct Prepared {
    order: Order,
    plan: Plan,
}

fn prepare(
    context: &Context,
    command: &Run,
    (ledger, row, people): (&Ledger, &PlanRow, &[PlanPerson]),
    pack: &Pack,
) -> Result<Prepared, Failure> {
    if row.dropped.is_some() {
        return Err(Failure::bad_file(format!("plan {} was dropped", row.id), "`exeunt plan new` makes another"));
    }
    let origin = origin(context, row.realm, pack)?;
    let (flow, digest) = plans::flow_of(pack, row.action, row.route)?;
    let plan = plans::bound(row, people, digest)?;
    if plan.hash() != row.hash {
        return Err(Failure::bad_file(
            format!("plan {} was made with another flow pack: what was approved is not what would be done", row.id),
            format!(
                "look at the pack with `exeunt selectors show {flow}`, then make the plan again with `exeunt plan new`"
            ),
        ));
    }
    let pace = pace(context, command, row.realm)?;
    let faster = plan.ceilings.exceeded_by(&pace);
    if row.realm == Realm::Real && !faster.is_empty() {
        return Err(Failure::bad_file(
            format!("the settings are faster than what plan {} approved: {}", row.id, faster.join(", ")),
            "make them slower, or make the plan again",
        ));
    }
    let mode = if command.live { Mode::Live } else { Mode::Rehearsal };
    let sample = if command.all { people.len() } else { command.limit.map_or(REHEARSED, |limit| limit.get() as usize) };
    let started = RunStarted {
        run: ledger.free_run_id()?,
        plan: row.id.clone(),
        hash: row.hash,
        mode,
        account: context.account().clone(),
        realm: row.realm,
        origin,
        action: row.action,
        route: row.route,
        pack: pack.site.pack.value.clone(),
        pack_sha256: pack.digest_all(),
        browser: context.browser_name().to_owned(),
        program: env!("CARGO_PKG_VERSION").to_owned(),
        zone: context.zone_name(),
    };
    let order = Order {
        started,
        flow,
        rehearse: plan
            .sample(sample)
            .into_iter()
            .map(|person| Subject { slug: person.slug.clone(), name: person.name.clone() })
            .collect(),
        limit: command.limit,
        until_done: command.until_done,
        pace,
        zone: context.zone(),
        seed: context.seed(),
        shots: true,
    };
    Ok(Prepared { order, plan })
}

/// Where the pages are. The plan's realm decides; the command line must not contradict it.
fn origin(context: &Context, realm: Realm, pack: &Pack) -> Result<String, Failure> {
    match (realm, &context.origin) {
        (Realm::Practice, Some(origin)) => Ok(origin.clone()),
        (Realm::Practice, None) => Err(Failure::bad_file(
            "this plan is of the practice realm",
            "say where the practice site is: --origin http://127.0.0.1:PORT (`exeunt practice` prints it)",
        )),
        (Realm::Real, Some(_)) => Err(Failure::bad_file(
            "this plan is of the real realm",
            "leave --origin out; or make a plan for practice under another --account",
        )),
        (Realm::Real, None) => Ok(pack.site.origin.value.clone()),
    }
}

fn pace(context: &Context, command: &Run, realm: Realm) -> Result<Pace, Failure> {
    match (realm, command.pace) {
        (Realm::Real, Some(PaceArg::Off)) => Err(Failure::usage(
            "--pace off is for the practice site only",
            "leave it out; the settings say how slow it may be",
        )),
        (Realm::Practice, None | Some(PaceArg::Off)) => Ok(Pace::off()),
        (_, _) => context.pace(realm),
    }
}

/// What forbids a run before a browser is even started.
fn may_begin(context: &Context, owner: &Owner, row: &PlanRow) -> Result<(), Failure> {
    let (ledger, account) = (owner.ledger(), context.account());
    if row.realm == Realm::Real && ledger.identity(account, row.realm)?.is_none() {
        return Err(Failure::new(
            Ending::Stopped,
            format!("account `{account}` was never signed in here: nobody knows whose account it is"),
            "signing in to the real site is not part of this version; `exeunt demo` shows everything on the practice site",
        ));
    }
    if let Some(incident) = ledger.open_latch(account, row.realm)? {
        return Err(Failure::new(
            Ending::Stopped,
            format!("incident {} is open since {}: {}", incident.id, context.time(incident.at), clean(&incident.why)),
            format!(
                "`exeunt incident show {}` says what to do; then `exeunt incident clear {} --reason …`",
                incident.id, incident.id
            ),
        ));
    }
    let now = context.clock.now().utc;
    if let Some(until) = ledger.cooling_until(account, row.realm)?.filter(|until| *until > now) {
        let mut failure = Failure::new(
            Ending::Stopped,
            format!("the site asked for silence until {}", context.time(until)),
            "wait; nothing else helps",
        );
        failure.due_at = Some(until);
        return Err(failure);
    }
    if ledger.is_paused(account)? {
        return Err(Failure::new(
            Ending::DueLater,
            format!("account `{account}` is paused"),
            "`exeunt resume` lets it go on",
        ));
    }
    Ok(())
}

/// Shows what a live run means and asks for the sentence, or compares the hash.
fn approve(context: &Context, command: &Run, (owner, row): (&mut Owner, &PlanRow), plan: &Plan) -> Result<(), Failure> {
    let stamp = context.clock.now();
    let how = match &command.confirm {
        Some(hash) if *hash == row.hash => "--confirm",
        Some(hash) => return Err(wrong_hash(row, hash)),
        None => {
            ask_for_sentence(context, owner, row, plan)?;
            "typed"
        }
    };
    if row.approved.is_none() {
        let approval = owner.approve_plan(&row.id, &row.hash, how, &stamp)?;
        if approval.excluded > 0 {
            context.out.note(format!("{} of the plan are on the keep list and are left alone", approval.excluded));
        }
    }
    Ok(())
}

fn wrong_hash(row: &PlanRow, given: &Digest) -> Failure {
    Failure::bad_file(
        format!("the hash {}… is not that of plan {}: {}…", given.short(), row.id, row.hash.short()),
        format!("`exeunt plan show {}` shows the plan and its hash; confirm only what you have read", row.id),
    )
}

fn ask_for_sentence(context: &Context, owner: &Owner, row: &PlanRow, plan: &Plan) -> Result<(), Failure> {
    let effects = owner.ledger().effects(&row.id)?;
    let left = if effects.is_empty() {
        plan.people.len()
    } else {
        effects.iter().filter(|effect| effect.state.is_open()).count()
    };
    let sentence = if row.approved.is_some() { format!("continue {}", row.id) } else { plan.approval_sentence() };
    if !std::io::stdin().is_terminal() {
        return Err(Failure::usage(
            "a live run needs somebody who types, or the plan's hash",
            format!("exeunt run {} --live --confirm {}{}", row.id, row.hash, context.origin_flag()),
        ));
    }
    let handle = owner.ledger().identity(context.account(), row.realm)?.map_or("not yet known".to_owned(), |known| {
        format!("{} ({})", clean(&known.name), clean(known.handle.as_str()))
    });
    context.out.warn(format!("LIVE: this really removes people from the network of {handle}, {} realm.", row.realm));
    context.out.warn(format!(
        "  {left} people of plan {} are left. Nobody is told, and only an invitation brings somebody back;",
        row.id
    ));
    context.out.warn("  endorsements and recommendations between you are lost.");
    context.out.warn(format!("Type `{sentence}` to go on, anything else to stop:"));
    let mut typed = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut typed)
        .map_err(|error| Failure::usage(format!("nothing could be read: {error}"), ""))?;
    let same = typed.split_whitespace().eq(sentence.split_whitespace());
    if same { Ok(()) } else { Err(Failure::bad_file("that is not the sentence: nothing was done", "")) }
}

fn announce_rehearsal(context: &Context, order: &Order) {
    let number = order.rehearse.len();
    context.out.say(format!(
        "REHEARSAL: nothing will be removed. {number} of the plan's people are walked up to the last click, on {}.",
        order.started.origin
    ));
}

async fn carry_out(
    context: &Context,
    (owner, pack): (&mut Owner, &Pack),
    order: &Order,
    mut driver: Driver,
) -> Result<order::Outcome, Failure> {
    let root = context.evidence_root();
    let bundle = Bundle::create(&root, &order.started.account, order.started.realm, &order.started.run)?;
    let (send, stop) = watch::channel(Stop::No);
    let signals = tokio::spawn(signals::listen(send));
    let clock = Clock::system();
    let mut shown = progress::Progress::new(context.out, context.zone());
    let mut tell = |telling: order::Telling<'_>| shown.tell(&telling);
    let parts = Parts { owner, bundle: &bundle, pack, order, clock: &clock, stop, tell: &mut tell };
    let ran = run::run(parts, &mut driver).await;
    signals.abort();
    shown.finish();
    ran.map_err(|error| match error {
        RunError::Ledger(error) => error.into(),
        RunError::Evidence(error) => error.into(),
    })
}

/// The last words: what became of everybody, and the next command.
fn closing(
    context: &Context,
    (command, row): (&Run, &PlanRow),
    outcome: &order::Outcome,
    report: &std::path::Path,
) -> Outcome {
    let out = &context.out;
    out.say("");
    if command.live {
        for (state, number) in &outcome.states {
            out.say(format!("  {number:>5}  {}", explained(*state)));
        }
    } else {
        out.say(format!("  {} of {} would be removed", outcome.rehearsed.0, outcome.rehearsed.1));
    }
    if command.timings && !outcome.commands.is_empty() {
        let sum: u64 = outcome.commands.iter().sum();
        let mean = sum / outcome.commands.len() as u64;
        out.say(format!("  {mean} WebDriver commands a removal on average, from the list loaded to the row gone"));
    }
    out.say(format!("  report: {}", report.display()));
    let mut ended = Outcome::of(outcome.ending, outcome.why.clone());
    ended.due_at = outcome.due_at;
    ended.remaining = Some(outcome.remaining);
    if let Some(due) = outcome.due_at {
        out.say(format!("  more is due {}; the same command goes on then", context.time(due)));
    }
    if !command.live && outcome.ending == Ending::Done {
        out.say(format!("\nThe deed itself:  exeunt run {} --live{}", row.id, context.origin_flag()));
    }
    let states: serde_json::Map<_, _> =
        outcome.states.iter().map(|(state, number)| (state.to_string(), json!(number))).collect();
    ended.with("plan", row.id.to_string()).with("states", states).with("commands", outcome.commands.clone())
}

fn explained(state: crate::event::state::EffectState) -> String {
    let words = crate::report::words::of_state(state);
    format!("{}: {}", words.short, words.meaning)
}
