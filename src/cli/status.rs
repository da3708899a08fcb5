//! `status`, `pause`, `resume`: from any terminal, also while another process works.

use serde_json::{Value, json};

use super::args::Global;
use super::context::Context;
use super::outcome::{Answer, Failure, Outcome};
use super::output::{account_of, clean};
use super::plan::{NO_PACING, kept, to_do};
use super::schedule::{install, queue};
use super::{closed, glance};
use crate::event::exit::Ending;
use crate::event::id::{Realm, Route, RunId};
use crate::event::state::EffectState;
use crate::flow::misfit;
use crate::ledger::{Ledger, NewRequest, Pause, PlanRow, RequestKind};
use crate::report::count::{count, number, people, span};
use crate::report::{advice, glossary, words};
use crate::scheduler::queue::Waiting;

/// What `status` says, as lines for people and records for machines.
#[derive(Debug)]
pub(crate) struct Sheet {
    pub(crate) lines: Vec<String>,
    pub(crate) records: Vec<Value>,
    terms: Vec<glossary::Term>,
    pub(crate) ending: Ending,
    /// What comes next, where that is one command.
    pub(crate) next: String,
    /// Nobody works and nobody is left.
    pub(crate) is_idle: bool,
    /// It is looked at again and again: no words that change by themselves.
    is_watched: bool,
}

impl Sheet {
    /// An empty one; `is_watched` for one that is written again and again.
    pub(crate) fn new(is_watched: bool) -> Self {
        let (lines, records, terms) = (vec![], vec![], vec![]);
        Self { lines, records, terms, ending: Ending::Done, next: String::new(), is_idle: false, is_watched }
    }

    fn show(&mut self, line: impl Into<String>) {
        self.lines.push(line.into());
    }

    fn record(&mut self, record: Value) {
        self.records.push(record);
    }
}

/// Carries out `status`.
pub(crate) fn run(context: &Context) -> Answer {
    let sheet = written(context, Sheet::new(false))?;
    sheet.lines.iter().for_each(|line| context.out.show(line));
    sheet.records.iter().for_each(|record| context.out.record(record));
    sheet.terms.into_iter().for_each(|term| context.out.explain(term));
    Ok(Outcome::of(sheet.ending, sheet.next))
}

/// Carries out `status --all`: every account of the ledger, each with its own line of beginning.
pub(crate) fn all(context: &Context, environment: &[(String, String)]) -> Answer {
    let accounts = context.ledger()?.accounts()?;
    let (mut ending, several) = (Ending::Done, accounts.len() > 1);
    let mut next = "no account is known yet; `exeunt import Connections.csv` comes first".to_owned();
    for (account, _) in accounts {
        let global = Global { account: account.clone(), origin: None, ..context.global.clone() };
        let of = Context::new(global, environment.to_vec())?;
        let sheet = written(&of, Sheet::new(false))?;
        sheet.lines.iter().for_each(|line| of.out.show(line));
        for mut record in sheet.records {
            record["account"] = json!(account);
            of.out.record(&record);
        }
        sheet.terms.into_iter().for_each(|term| of.out.explain(term));
        if several && !sheet.next.is_empty() {
            of.out.note(format!("  {}", sheet.next));
        }
        ending = ending.or(sheet.ending);
        next = if several { String::new() } else { sheet.next };
    }
    Ok(Outcome::of(ending, next))
}

/// The same for `status --watch`.
///
/// # Errors
/// What the ledger or the settings say.
pub(crate) fn watched(context: &Context) -> Result<Sheet, Failure> {
    written(context, Sheet::new(true))
}

/// How `status` ends, without what it shows.
///
/// # Errors
/// What the ledger or the settings say.
pub(crate) fn ending(context: &Context, ledger: &Ledger) -> Result<Ending, Failure> {
    let (mut unseen, realm) = (Sheet::new(false), ledger.realm(context.account())?);
    let stopped = stops(context, ledger, realm.unwrap_or(Realm::Real), &mut unseen)?;
    let doubt = match realm {
        Some(realm) => (in_doubt(context, ledger, realm, &mut unseen)? > 0).then_some(Ending::InDoubt),
        None => None,
    };
    Ok([stopped, doubt].into_iter().flatten().fold(Ending::Done, Ending::or))
}

fn written(context: &Context, mut sheet: Sheet) -> Result<Sheet, Failure> {
    let ledger = context.ledger()?;
    let account = context.account();
    // By the watch of somebody who looks all the time, what is due is what stands there.
    let due = if sheet.is_watched { None } else { Some(glance::due(context, &ledger)?) };
    if let Some(due) = &due {
        sheet.show(due.line());
    }
    let known = context.people(&ledger)?.len() as u64;
    let Some(realm) = ledger.realm(account)? else {
        sheet.show(format!("account `{account}`: {} imported, no plan yet", people(known)));
        sheet.record(
            json!({ "v": 1, "kind": "account", "account": account, "realm": null, "people": known, "paused": false }),
        );
        sheet.ending = stops(context, &ledger, Realm::Real, &mut sheet)?.unwrap_or(Ending::Done);
        let next =
            if known == 0 { "`exeunt import Connections.csv` comes first" } else { "`exeunt plan new` comes next" };
        sheet.is_idle = true;
        if due.is_none() {
            next.clone_into(&mut sheet.next);
        }
        due.iter().for_each(|due| sheet.record(due.record()));
        return Ok(sheet);
    };
    whose(context, (&ledger, realm), known, &mut sheet)?;
    owner(context, &ledger, &mut sheet)?;
    let plans: Vec<PlanRow> = ledger.plans(account)?.into_iter().filter(|plan| plan.dropped.is_none()).collect();
    for plan in &plans {
        standing(context, &ledger, plan, &mut sheet)?;
    }
    queue(context, (&ledger, realm), &mut sheet)?;
    spent(context, &ledger, realm, &mut sheet)?;
    let stopped = stops(context, &ledger, realm, &mut sheet)?;
    let doubt = (in_doubt(context, &ledger, realm, &mut sheet)? > 0).then_some(Ending::InDoubt);
    if doubt.is_some() {
        sheet.terms.push(glossary::IN_DOUBT);
    }
    sheet.ending = [stopped, doubt].into_iter().flatten().fold(Ending::Done, Ending::or);
    due.iter().for_each(|due| sheet.record(due.record()));
    Ok(sheet)
}

fn whose(context: &Context, (ledger, realm): (&Ledger, Realm), known: u64, sheet: &mut Sheet) -> Result<(), Failure> {
    let account = context.account();
    let identity = ledger.identity(account, realm)?;
    let whose = identity
        .as_ref()
        .map_or("whose account it is has not been read yet".to_owned(), |known| account_of(&known.name, &known.handle));
    sheet.show(format!("account `{account}`, {realm} realm: {whose}; {} known", people(known)));
    sheet.record(json!({
        "v": 1, "kind": "account", "account": account, "realm": realm, "people": known, "handle": identity.map(|known| known.handle),
        "paused": ledger.pause(account, context.clock.now().utc)?.is_some(),
    }));
    if let Some(row) = ledger.closure(account, realm)? {
        sheet.show(format!("  {}", closed::in_words(context, &row)));
        sheet.record(json!({ "v": 1, "kind": "closure", "closed": row.at, "action": row.action, "until": row.until }));
    }
    Ok(())
}

fn owner(context: &Context, ledger: &Ledger, sheet: &mut Sheet) -> Result<(), Failure> {
    let Some(owner) = ledger.owned_by(context.account())? else {
        sheet.is_idle = true;
        waiting(context, ledger, sheet)?;
        return Ok(());
    };
    // What an earlier owner said last is not what this one does.
    let activity = ledger.activity(context.account())?.filter(|activity| activity.pid == owner.pid);
    let what: Value =
        activity.as_ref().and_then(|activity| serde_json::from_str(&activity.what).ok()).unwrap_or_default();
    let doing = what.get("doing").and_then(Value::as_str).unwrap_or("starting");
    let until = activity.and_then(|activity| activity.until);
    let wait = until.map_or_else(String::new, |until| self::until(context, sheet, until));
    let since = context.time(owner.since);
    let run = what.get("run").and_then(Value::as_str).and_then(|run| run.parse::<RunId>().ok());
    let mode = run.and_then(|run| ledger.run(context.account(), &run).ok()).map(|run| words::of_mode(run.mode));
    let mode = mode.map(|mode| format!("{mode}, ")).unwrap_or_default();
    sheet.show(format!("  process {} has been working on it since {since}: {mode}{}{wait}", owner.pid, clean(doing)));
    sheet.record(json!({
        "v": 1, "kind": "owner", "owner": owner.pid, "since": owner.since, "doing": doing, "until": until,
        "run": what.get("run"), "plan": what.get("plan"),
    }));
    Ok(())
}

fn until(context: &Context, sheet: &Sheet, until: jiff::Timestamp) -> String {
    let left = u64::try_from(until.duration_since(context.clock.now().utc).as_secs()).unwrap_or(0);
    let clock = until.to_zoned(context.zone()).strftime("%H:%M:%S");
    let left = if sheet.is_watched { String::new() } else { format!(" ({} from now)", span(left)) };
    format!(", until {clock}{left}")
}

/// Nobody owns the account; a process that waits for its next share is told from one that is gone.
fn waiting(context: &Context, ledger: &Ledger, sheet: &mut Sheet) -> Result<(), Failure> {
    let waiter = glance::waiter(context, ledger)?;
    let (pid, until) = (waiter.map(|(pid, _)| pid), waiter.and_then(|(_, until)| until));
    match (pid, until) {
        (Some(pid), Some(until)) => {
            sheet.show(format!("  process {pid} is {}, until {}", queue::WAITING, context.time(until)));
        }
        _ => sheet.show("  no process is working on it"),
    }
    sheet.record(
        json!({ "v": 1, "kind": "owner", "owner": null, "waiting": pid, "until": until.filter(|_| pid.is_some()) }),
    );
    Ok(())
}

fn standing(context: &Context, ledger: &Ledger, plan: &PlanRow, sheet: &mut Sheet) -> Result<(), Failure> {
    let mut by_state: std::collections::BTreeMap<String, u64> = std::collections::BTreeMap::new();
    let mut by_word: std::collections::BTreeMap<String, u64> = std::collections::BTreeMap::new();
    let at_work = ledger.owned_by(context.account())?.is_some_and(|owner| owner.pid != std::process::id());
    let keep = context.keep_list(ledger)?;
    for effect in ledger.effects(&plan.id)? {
        *by_state.entry(effect.state.to_string()).or_default() += 1;
        let word = match kept(&keep, (&effect.slug, &effect.name), Some(effect.state)) {
            Some(_) => words::of_state(EffectState::Excluded).short,
            None if at_work && effect.state.in_flight() => "in hand",
            None => words::of_state(effect.state).short,
        };
        *by_word.entry(words::of_deed(plan.action, word)).or_default() += 1;
    }
    let left = to_do(context, ledger, &plan.id)?.len() as u64;
    let said = if plan.approved.is_none() {
        let spared = plan.people - left;
        let spared = if spared > 0 { format!("; {} kept", number(spared)) } else { String::new() };
        format!("{}, not approved yet{spared}", people(left))
    } else {
        by_word.iter().map(|(word, sum)| format!("{} {word}", number(*sum))).collect::<Vec<_>>().join("; ")
    };
    sheet.show(format!("  plan {} ({}): {said}", plan.id, plan.action));
    if by_state.contains_key(EffectState::NotFound.as_str()) {
        let flags = context.flags();
        sheet.show("    who was not found may be renamed, and still connected: import a newer export, or let the profiles of those in people.txt tell:");
        sheet.show(format!("    exeunt plan new --route profile --people people.txt{flags}"));
    }
    sheet.record(json!({
        "v": 1, "kind": "plan-standing", "plan": plan.id, "people": plan.people, "approved": plan.approved, "left": left, "states": by_state,
    }));
    Ok(())
}

/// The approved plans that are not finished, when they go on, and what starts them: they share one budget.
fn queue(context: &Context, (ledger, realm): (&Ledger, Realm), sheet: &mut Sheet) -> Result<(), Failure> {
    let waiting = queue::waiting(context, ledger, realm)?;
    let all = waiting.iter().map(|one| one.left.len() as u64).sum();
    let pace = context.pace(realm)?;
    let route = waiting.first().map_or(Route::List, |one| one.plan.route);
    let ahead = queue::ahead(context, ledger, (realm, route), (all, &pace))?;
    let (first, last) = (ahead.as_ref().map(|ahead| ahead.first()), ahead.as_ref().map(|ahead| ahead.last()));
    let left = |one: &Waiting| json!({ "plan": one.plan.id, "left": one.left.len() });
    let plans: Vec<Value> = waiting.iter().map(left).collect();
    // By the watch of somebody who looks all the time, "now" moves.
    let (shown_first, shown_last) = if sheet.is_watched { (None, None) } else { (first, last) };
    sheet.record(
        json!({ "v": 1, "kind": "queue", "queue": plans, "left": all, "next": shown_first, "last": shown_last }),
    );
    if let Some(ahead) = ahead {
        let each = |one: &Waiting| format!("{} {}", one.plan.id, number(one.left.len() as u64));
        let each = waiting.iter().map(each).collect::<Vec<_>>().join(", ");
        let days = super::plan::in_words(context, all, (&ahead, &pace));
        sheet.show(match realm {
            Realm::Practice => format!("  queue {each}: {NO_PACING}; with `--pace real` {days}"),
            Realm::Real => format!("  queue {each}: at the plans' pace {days}"),
        });
        if realm == Realm::Real && ahead.first() > context.clock.now().utc {
            sheet.show(format!("  next  {}", context.time(ahead.first())));
        }
    }
    sheet.is_idle &= all == 0;
    for timer in install::installed(context) {
        sheet.show(format!("  timer {}, {}: {}", timer.name, timer.kind.as_str(), clean(&timer.place)));
        sheet.record(
            json!({ "v": 1, "kind": "timer", "timer": timer.name, "with": timer.kind.as_str(), "place": timer.place }),
        );
    }
    Ok(())
}

fn spent(context: &Context, ledger: &Ledger, realm: Realm, sheet: &mut Sheet) -> Result<(), Failure> {
    let now = context.clock.now().utc;
    let day_ago = now.checked_sub(jiff::SignedDuration::from_hours(24)).unwrap_or(jiff::Timestamp::MIN);
    // Closing an account is charged to the limits too, and is no removal.
    let debits = ledger.debits(context.account(), realm, day_ago)?;
    let today = debits.iter().filter(|debit| !debit.action.is_of_account()).count() as u64;
    let cap = context.settings.pace.per_day;
    let said = match (realm, cap) {
        (Realm::Practice, _) => NO_PACING.to_owned(),
        (Realm::Real, None) => "no cap is set".to_owned(),
        (Realm::Real, Some(cap)) => format!("the pace allows at most {cap}"),
    };
    sheet.show(format!("  {} in the last 24 hours; {said}", count(today, "removal", "removals")));
    sheet.record(json!({ "v": 1, "kind": "removals", "last_24_hours": today, "cap": cap }));
    Ok(())
}

/// Latches, silences and pauses.
fn stops(context: &Context, ledger: &Ledger, realm: Realm, sheet: &mut Sheet) -> Result<Option<Ending>, Failure> {
    let mut ending = None;
    let flags = context.flags();
    if let Some(pause) = ledger.pause(context.account(), context.clock.now().utc)? {
        // Whoever looks must not have to read to the end to see that nothing goes on.
        sheet.lines.insert(0, paused(context, pause));
        sheet.record(json!({ "v": 1, "kind": "pause", "paused_until": pause.until }));
        ending = Some(Ending::DueLater);
    }
    if let Some(until) = ledger.silence(context.account(), realm, &context.clock.now())? {
        sheet.show(format!(
            "  SILENCE until {}: the site asked for it, and is sent nothing before",
            context.time(until)
        ));
        sheet.record(json!({ "v": 1, "kind": "silence", "silence_until": until }));
        ending = Some(Ending::Stopped);
    }
    if let Some(incident) = ledger.open_latch(context.account(), realm)? {
        let why = misfit::in_short(&incident.why);
        sheet.show(format!("  STOPPED by incident {}: {}", incident.id, clean(&why)));
        sheet.show(format!("    `exeunt incident show {}{flags}` says what to do", incident.id));
        sheet.record(
            json!({ "v": 1, "kind": "latch", "incident": incident.id, "sign": incident.sign, "why": incident.why }),
        );
        sheet.terms.push(glossary::INCIDENT);
        ending = Some(Ending::Stopped);
    }
    Ok(ending)
}

/// Says who is in doubt and what to do about it; answers how many they are.
pub(crate) fn doubtful(context: &Context, ledger: &Ledger, realm: Realm) -> Result<usize, Failure> {
    let mut sheet = Sheet::new(false);
    let doubtful = in_doubt(context, ledger, realm, &mut sheet)?;
    sheet.lines.iter().for_each(|line| context.out.show(line));
    sheet.records.iter().for_each(|record| context.out.record(record));
    Ok(doubtful)
}

fn in_doubt(context: &Context, ledger: &Ledger, realm: Realm, sheet: &mut Sheet) -> Result<usize, Failure> {
    // Whoever works on the account right now is about to look at the one in flight.
    let at_work = ledger.owned_by(context.account())?.is_some_and(|owner| owner.pid != std::process::id());
    let mut doubt = ledger.in_doubt(context.account(), realm)?;
    doubt.retain(|row| !(at_work && row.state.in_flight()));
    for row in &doubt {
        sheet.show(format!(
            "  IN DOUBT: {} ({}) of plan {}: {}",
            clean(&row.name),
            clean(row.slug.as_str()),
            row.plan,
            clean(&row.reason)
        ));
        let flags = context.flags();
        if row.state.in_flight() {
            sheet.show(format!("    `exeunt run {} --live{flags}` looks by itself", row.plan));
        } else {
            sheet.show("    look at the person's profile yourself, then say what you found, by one of these:");
            for command in advice::resolutions(&row.slug, &flags) {
                sheet.show(format!("    {command}"));
            }
        }
        sheet.record(json!({ "v": 1, "kind": "doubt", "in_doubt": row.slug, "plan": row.plan, "state": row.state, "why": row.reason }));
    }
    Ok(doubt.len())
}

/// What is said of an account that is paused, before anything else.
pub(crate) fn paused(context: &Context, pause: Pause) -> String {
    let until = pause.until.map(|until| format!(" until {}", context.time(until))).unwrap_or_default();
    format!("PAUSED{until}: nothing is begun; `exeunt resume{}` lets it go on", context.flags())
}

/// Carries out `pause`; `until` is the day with which the account goes on by itself.
pub(crate) fn pause(context: &Context, until: Option<jiff::civil::Date>) -> Answer {
    let until = until.map(|date| begin_of(context, date)).transpose()?;
    let flags = context.flags();
    request(context, RequestKind::Pause { until }, |was_paused| match until {
        _ if was_paused && until.is_none() => format!("it was paused already; `exeunt resume{flags}` lets it go on"),
        None => format!(
            "paused: nothing is begun until `exeunt resume{flags}`; a person in hand is brought to a safe point first"
        ),
        Some(until) => format!(
            "paused until {}: nothing is begun before, unless `exeunt resume{flags}` ends it; a person in hand is brought to \
             a safe point first",
            context.time(until)
        ),
    })
}

/// The first moment of a day that is still to come.
fn begin_of(context: &Context, date: jiff::civil::Date) -> Result<jiff::Timestamp, Failure> {
    if date <= context.today() {
        let mend = "name the day with which it shall go on, such as --until 2027-01-07";
        return Err(Failure::usage(format!("--until {date}: that day has begun already"), mend));
    }
    let begin = date.to_zoned(context.zone());
    begin.map(|begin| begin.timestamp()).map_err(|error| Failure::usage(format!("--until {date}: {error}"), ""))
}

/// Carries out `resume`.
pub(crate) fn resume(context: &Context) -> Answer {
    request(context, RequestKind::Resume, |was_paused| match was_paused {
        true => "not paused any more; run the plan again to go on".to_owned(),
        false => "it was not paused".to_owned(),
    })
}

fn request(context: &Context, kind: RequestKind, said: impl FnOnce(bool) -> String) -> Answer {
    let ledger = context.ledger()?;
    let now = context.clock.now().utc;
    let said = said(ledger.pause(context.account(), now)?.is_some());
    ledger.request(context.account(), &NewRequest { kind, reason: String::new(), at: now })?;
    let pause = ledger.pause(context.account(), now)?;
    let until = pause.and_then(|pause| pause.until).map(|until| until.to_string());
    Ok(Outcome::done(said).with("paused", pause.is_some()).with("until", until))
}
