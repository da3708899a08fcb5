//! `demo`: the whole way on the practice site, with the very commands that a user types.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::os::unix::fs::DirBuilderExt as _;
use std::time::Duration;

use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::args::{Driving, Evidence, IdArg, Import, Leave, Plan as PlanCommand, PlanNew, Reason, Run, Who};
use super::context::Context;
use super::outcome::{Answer, Failure, Outcome};
use super::{close, evidence, import, plan, run};
use crate::event::exit::Ending;
use crate::event::id::{Action, Digest, Route};
use crate::practice::export::write_export;
use crate::practice::scenario::{Latency, Scenario};
use crate::practice::server::serve;

/// How many people the demo takes out.
const PEOPLE: usize = 3;

/// Carries out `demo`.
pub(crate) fn run(context: &Context, environment: &[(String, String)]) -> Answer {
    let scenario = Scenario { latency: Latency::Realistic, ..Scenario::default() };
    let site = Site::start(scenario.clone())?;
    let name = context.clock.now().utc.to_zoned(context.zone()).strftime("%Y%m%d-%H%M%S").to_string();
    let folder = context.data_dir.join("demo").join(format!("{name}-{}", std::process::id()));
    // The data folder is made with it, and every other command wants that to be the user's alone.
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder).map_err(|error| {
        Failure::new(Ending::Damaged, format!("{}: {error}", folder.display()), "name another folder with --data-dir")
    })?;
    let mut global = context.global.clone();
    global.data_dir = Some(folder.join("data"));
    global.account = "demo".parse().expect("a plain word is an account's name");
    global.origin = Some(format!("http://{}", site.pages));
    let demo = Context::new(global, environment.to_vec())?;
    demo.out.say(format!(
        "The practice site serves {} people at http://{}; it stands in for the real one.",
        scenario.people, site.pages
    ));
    demo.out.say("PRACTICE: never type your real password there.");
    walk(&demo, &scenario, (&folder, &site))
}

fn walk(demo: &Context, scenario: &Scenario, (folder, site): (&std::path::Path, &Site)) -> Answer {
    let export = folder.join("Connections.csv");
    let failed = |error: std::io::Error| Failure::new(Ending::Damaged, format!("{}: {error}", folder.display()), "");
    write_export(scenario, std::fs::File::create(&export).map_err(failed)?).map_err(failed)?;

    demo.out.say("\n$ exeunt import Connections.csv");
    told(demo, import::run(demo, &Import { file: export })?)?;

    let list = folder.join("people.txt");
    let ledger = demo.ledger()?;
    let mut people = demo.people(&ledger)?;
    people.sort_by_key(|person| (person.connected_on, person.slug.clone()));
    let slugs: Vec<&str> = people.iter().take(PEOPLE).map(|person| person.slug.as_str()).collect();
    std::fs::write(&list, slugs.join("\n") + "\n").map_err(failed)?;
    drop(ledger);

    demo.out.say("\n$ exeunt plan new --action remove --people people.txt      # the three oldest connections");
    let new =
        PlanNew { action: Action::Remove, route: Route::List, who: Who::default(), people: Some(list), edit: false };
    let planned = told(demo, plan::run(demo, &PlanCommand::New(new))?)?;
    let hash: Digest = planned
        .fields
        .get("hash")
        .and_then(Value::as_str)
        .and_then(|hash| hash.parse().ok())
        .expect("a new plan has a hash");

    demo.out.say("\n$ exeunt run last      # a rehearsal");
    told(demo, run::run(demo, &command(None))?)?;
    let before = site.audit()?;
    demo.out.say(format!("the site's own log after the rehearsal: {}", counted(&before)));

    demo.out.say(format!("\n$ exeunt run last --live --confirm {}…", hash.short()));
    told(demo, run::run(demo, &command(Some(hash)))?)?;
    let after = site.audit()?;
    demo.out.say(format!("the site's own log: {}", counted(&after)));

    demo.out.say("\n$ exeunt evidence verify last");
    told(demo, evidence::run(demo, &Evidence::Verify { run: "last".to_owned() })?)?;

    let removed = after.iter().filter(|entry| entry.get("kind").and_then(Value::as_str) == Some("removed")).count();
    if removed != PEOPLE || !before.is_empty() || after.len() != PEOPLE {
        return Err(Failure::new(
            Ending::Bug,
            format!("the site's log should hold {PEOPLE} removals and nothing else: {}", counted(&after)),
            "",
        ));
    }
    let ledger = demo.ledger()?;
    let newest =
        ledger.runs(demo.account())?.pop().ok_or_else(|| Failure::new(Ending::Bug, "the ledger has no run", ""))?;
    let report = evidence::write_report(demo, &ledger, &newest.id)?;
    drop(ledger);

    demo.out.say("\n$ exeunt close      # a rehearsal: up to the page that asks for the password");
    let closing = told(demo, close::run(demo, &leave(), Action::Close)?)?;
    let at_last = site.audit()?;
    if at_last.len() != after.len() {
        let what = format!("a rehearsal of closing must change nothing: {}", counted(&at_last));
        return Err(Failure::new(Ending::Bug, what, ""));
    }
    demo.out.say(format!("the site's own log is the same: {}", counted(&at_last)));
    let program =
        std::env::current_exe().map(|path| path.display().to_string()).unwrap_or_else(|_| "exeunt".to_owned());
    demo.out.say(format!("\nreport   {}", report.display()));
    if let Some(closing) = closing.fields.get("report").and_then(Value::as_str) {
        demo.out.say(format!("closing  {closing}"));
    }
    demo.out.say(format!("program  {program}"));
    demo.out.say(format!("data     {}", demo.data_dir.display()));
    Ok(Outcome::done(format!(
        "the demo is over: {removed} people were removed from the practice network, each read again and proved"
    ))
    .with("report", report.display().to_string())
    .with("program", program))
}

/// Shows how a step of the demo ended; a step that did not go well ends the demo.
fn told(demo: &Context, outcome: Outcome) -> Result<Outcome, Failure> {
    if outcome.ending != Ending::Done {
        return Err(Failure::new(
            outcome.ending,
            format!("the demo stopped: {}", outcome.reason),
            "`exeunt doctor` looks for the cause",
        ));
    }
    if !outcome.reason.is_empty() {
        demo.out.say(&outcome.reason);
    }
    Ok(outcome)
}

fn command(confirm: Option<Digest>) -> Run {
    Run {
        plan: IdArg::Last,
        live: confirm.is_some(),
        confirm: confirm.map(|hash| hash.to_string()),
        all: false,
        limit: None,
        until_done: false,
        pace: None,
        driving: Driving::default(),
        timings: false,
    }
}

fn leave() -> Leave {
    Leave {
        live: false,
        reason: Reason::Other,
        comment: String::new(),
        unsubscribe: false,
        without_data: false,
        password_from_keyring: false,
        driving: Driving::default(),
    }
}

fn counted(entries: &[Value]) -> String {
    let mut kinds: std::collections::BTreeMap<&str, u64> = std::collections::BTreeMap::new();
    for kind in entries.iter().filter_map(|entry| entry.get("kind").and_then(Value::as_str)) {
        *kinds.entry(kind).or_default() += 1;
    }
    let parts: Vec<String> = kinds.iter().map(|(kind, number)| format!("{number} {kind}")).collect();
    if parts.is_empty() { "nothing".to_owned() } else { parts.join(", ") }
}

/// The practice site on threads of its own, until it is dropped.
struct Site {
    pages: SocketAddr,
    control: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Site {
    fn start(scenario: Scenario) -> Result<Self, Failure> {
        let bug =
            |error: std::io::Error| Failure::new(Ending::Bug, format!("the practice site cannot start: {error}"), "");
        let bind = || {
            let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
            listener.set_nonblocking(true)?;
            let address = listener.local_addr()?;
            Ok((listener, address))
        };
        let ((site, pages), (audit, control)) = (bind().map_err(bug)?, bind().map_err(bug)?);
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().map_err(bug)?;
        let (stop, stopped) = oneshot::channel::<()>();
        let thread = std::thread::spawn(move || {
            runtime.block_on(async {
                let (Ok(site), Ok(audit)) = (TcpListener::from_std(site), TcpListener::from_std(audit)) else { return };
                let end = async {
                    // The sender is dropped only together with the site.
                    let _ = stopped.await;
                };
                if let Err(error) = serve(site, audit, scenario, end).await {
                    tracing::error!(%error, "the practice site ended");
                }
            });
        });
        Ok(Self { pages, control, stop: Some(stop), thread: Some(thread) })
    }

    /// What the site says happened.
    fn audit(&self) -> Result<Vec<Value>, Failure> {
        let failed =
            |why: String| Failure::new(Ending::Bug, format!("the practice site's log cannot be read: {why}"), "");
        let ask = || -> std::io::Result<String> {
            let mut stream = TcpStream::connect_timeout(&self.control, Duration::from_secs(5))?;
            stream.set_read_timeout(Some(Duration::from_secs(10)))?;
            write!(stream, "GET /audit HTTP/1.0\r\nHost: {}\r\n\r\n", self.control)?;
            let mut text = String::new();
            stream.read_to_string(&mut text)?;
            Ok(text)
        };
        let answer = ask().map_err(|error| failed(error.to_string()))?;
        let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
        serde_json::from_str(body).map_err(|error| failed(error.to_string()))
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        // A site that ended by itself hears nothing any more.
        let _ = self.stop.take().map(|stop| stop.send(()));
        let _ = self.thread.take().map(std::thread::JoinHandle::join);
    }
}
