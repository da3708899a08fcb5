//! `scan`: reads the live connections list into the ledger.

use serde_json::json;
use tokio::sync::watch;

use super::args::Scan;
use super::browser::Driver;
use super::context::Context;
use super::outcome::{Answer, Failure, Outcome};
use super::output::clean;
use super::{evidence, interlock, known_driver, missing, progress, signals};
use crate::event::exit::Ending;
use crate::event::fact::{ScanStarted, Scanned};
use crate::event::id::{Realm, Slug};
use crate::flow::pack::Pack;
use crate::ledger::{Ledger, Owner};
use crate::report::count::{count, number, people};
use crate::runner::clock::Clock;
use crate::runner::order::Telling;
use crate::runner::run::{Parts, RunError};
use crate::runner::scan::{self, ScanOrder, ScanOutcome};
use crate::runner::wait::Stop;

/// So many people are shown one by one; the rest is counted.
const SHOWN: usize = 20;

/// Carries out `scan`.
pub(crate) fn run(context: &Context, command: &Scan) -> Answer {
    let ledger = context.ledger()?;
    let realm = context.realm(&ledger)?;
    let pack = context.pack()?;
    if scan::list_of(&pack).is_none() {
        return Err(Failure::bad_file("the pack has no flow `scan-list`", "`exeunt selectors lint` checks a pack"));
    }
    interlock::may_begin(context, &ledger, realm)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::new(Ending::Bug, format!("the runtime cannot start: {error}"), ""))?;
    let origin = context.site_of(&pack)?;
    let mut driver = Driver::new(context, realm, &origin).covering(&pack.site);
    let mut owner = interlock::begin(context, &ledger, realm)?;
    let browser = runtime.block_on(driver.about())?;
    known_driver::check(context, command.driving, &driver)?;
    let order = ScanOrder {
        started: started(context, &ledger, (&pack, realm), (origin, browser))?,
        limit: command.limit,
        shots: true,
    };
    context.out.say("SCAN: reads the connections list; nothing is changed on the site");
    let outcome = runtime.block_on(carry_out(context, (&mut owner, &pack), &order, driver))?;
    describe(context, owner.ledger(), &outcome.scanned)?;
    let alarms = missing::by_scan(context, owner.ledger(), (realm, &outcome.scanned.run))?;
    alarms.iter().for_each(|(incident, found)| missing::show(context, incident, found));
    let missing: std::collections::BTreeSet<&str> =
        alarms.iter().flat_map(|(_, found)| &found.people).map(|one| one.person.slug.as_str()).collect();
    let missing = json!(missing);
    Ok(ended(context, outcome).with("missing", missing))
}

fn started(
    context: &Context,
    ledger: &Ledger,
    (pack, realm): (&Pack, Realm),
    (origin, browser): (String, String),
) -> Result<ScanStarted, Failure> {
    Ok(ScanStarted {
        run: ledger.free_run_id()?,
        account: context.account().clone(),
        realm,
        origin,
        pack: pack.site.pack.value.clone(),
        pack_sha256: pack.digest_all(),
        browser,
        program: concat!("exeunt ", env!("CARGO_PKG_VERSION")).to_owned(),
        zone: context.zone_name(),
    })
}

async fn carry_out(
    context: &Context,
    (owner, pack): (&mut Owner, &Pack),
    order: &ScanOrder,
    mut driver: Driver,
) -> Result<ScanOutcome, Failure> {
    let started = &order.started;
    let bundle = evidence::bundle(context, started.realm, &started.run)?;
    let (send, stop) = watch::channel(Stop::No);
    let signals = signals::listen(send);
    let clock = Clock::system();
    let mut shown = progress::Progress::new(context.out, context.zone(), std::collections::BTreeMap::new());
    let answering = shown.answering(&stop);
    let mut tell = |telling: Telling<'_>| shown.tell(telling);
    let parts = Parts { owner, bundle: &bundle, pack, order, clock: &clock, stop, tell: &mut tell };
    let scanned = scan::scan(parts, &mut driver).await;
    answering.abort();
    if scanned.is_ok() {
        evidence::stamp(context, &bundle);
    }
    signals.abort();
    shown.finish();
    scanned.map_err(|error| match error {
        RunError::Ledger(error) => error.into(),
        RunError::Evidence(error) => error.into(),
    })
}

/// What was read, and what that says about people who are known.
fn describe(context: &Context, ledger: &Ledger, scanned: &Scanned) -> Result<(), Failure> {
    let out = &context.out;
    let counted = |total: Option<u64>| total.map_or_else(|| "unread".to_owned(), number);
    out.say(format!("  {} read, {} new", people(scanned.rows), number(scanned.new)));
    if scanned.nameless > 0 {
        let rows = count(scanned.nameless, "row names", "rows name");
        out.say(format!("  {rows} nobody: hidden or closed members, who are counted and not kept"));
    }
    let (before, after) = (counted(scanned.total), counted(scanned.total_after));
    out.say(match (scanned.total, scanned.total_after) {
        (None, None) => "  the page's own count could not be read".to_owned(),
        _ => format!("  the page's own count: {before} before, {after} afterwards"),
    });
    if scanned.gone > 0 {
        let who = people(scanned.gone);
        out.say(format!(
            "  {who} known before, and not on the site any more: shown so by `exeunt list`, left out of new plans"
        ));
    }
    renamed(context, ledger, scanned)
}

fn renamed(context: &Context, ledger: &Ledger, scanned: &Scanned) -> Result<(), Failure> {
    let keep = context.keep_list(ledger)?;
    let name = |slug: &Slug| -> Result<String, Failure> {
        Ok(ledger.person(context.account(), slug)?.map(|known| known.person.full_name()).unwrap_or_default())
    };
    for (at, (old, new)) in scanned.perhaps_renamed.iter().enumerate() {
        let kept = keep.holds_named(old, "").is_some();
        context.out.record(
            &json!({ "v": 1, "kind": "probably-the-same", "probably_the_same": [old, new], "old_is_kept": kept }),
        );
        if at < SHOWN || kept {
            let name = clean(&name(new)?);
            let (old, new) = (clean(old.as_str()), clean(new.as_str()));
            context.out.say(format!("  {name}: {old} and {new} are probably the same person; nothing was merged"));
            if kept {
                context.out.warn(format!("  {old} is on the keep list and {new} is not: `exeunt keep add {new}`"));
            }
        }
    }
    let more = scanned.perhaps_renamed.len().saturating_sub(SHOWN) as u64;
    if more > 0 {
        context.out.say(format!("  and {} more pairs", number(more)));
    }
    Ok(())
}

fn ended(context: &Context, outcome: ScanOutcome) -> Outcome {
    let ScanOutcome { ending, why, due_at, scanned } = outcome;
    let mut ended = Outcome::of(ending, clean(&why));
    ended.due_at = due_at;
    let next = match ending {
        Ending::Done if scanned.complete => Some("list"),
        Ending::Stopped => Some("incident show last"),
        Ending::SomeFailed | Ending::Interrupted | Ending::NoBrowser => Some("scan"),
        _ => None,
    };
    ended.next = next.map(|next| format!("exeunt {next}{}", context.flags()).into());
    ended
        .with("run", scanned.run.to_string())
        .with("rows", scanned.rows)
        .with("nameless", scanned.nameless)
        .with("total", scanned.total)
        .with("total_after", scanned.total_after)
        .with("complete", scanned.complete)
        .with("new", scanned.new)
        .with("gone", scanned.gone)
}
