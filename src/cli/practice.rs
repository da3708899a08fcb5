//! `practice`: serves the practice site until it is interrupted.

use std::io::Write as _;
use std::net::Ipv4Addr;

use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::args::Practice;
use super::context::Context;
use super::outcome::{Answer, Failure, Outcome};
use super::output::shown;
use super::signals;
use crate::event::exit::Ending;
use crate::practice::export::write_export;
use crate::practice::scenario::{Scenario, SignIn, Vary};
use crate::practice::server::serve;
use crate::report::count::people;
use crate::runner::wait::Stop;

/// Carries out `practice`.
pub(crate) fn run(context: &Context, command: &Practice) -> Answer {
    let scenario = scenario(command);
    if let Some(path) = &command.write_export {
        let failed = |error: std::io::Error| {
            Failure::usage(shown(format!("{}: {error}", path.display())), "name a file that can be written")
        };
        let mut export = Vec::new();
        write_export(&scenario, &mut export).map_err(failed)?;
        match std::fs::File::create_new(path) {
            Ok(mut file) => file.write_all(&export).map_err(failed)?,
            // The same command again; anything else may be the export of a real account.
            Err(_) if std::fs::read(path).is_ok_and(|there| there == export) => {}
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                let why = format!("{} is there already and holds something else", path.display());
                return Err(Failure::usage(shown(why), "name another file; nothing was written"));
            }
            Err(error) => return Err(failed(error)),
        }
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::new(Ending::Bug, format!("the runtime cannot start: {error}"), ""))?;
    runtime.block_on(until_stopped(context, command, scenario))
}

fn scenario(command: &Practice) -> Scenario {
    let standard = Scenario::default();
    Scenario {
        seed: command.seed,
        people: command.people,
        me: command.me.clone().unwrap_or_else(|| standard.me.clone()),
        language: command.lang,
        ui: command.ui.clone().unwrap_or_default(),
        faults: command.fault.clone(),
        latency: command.latency,
        ignored_clicks: standard.ignored_clicks,
        sign_in: command.sign_in.unwrap_or(SignIn::Open),
        vary: command.vary.clone().map(Vary::from).unwrap_or_default(),
        export_delay: command.export_delay.unsigned_abs(),
        ..standard
    }
}

async fn until_stopped(context: &Context, command: &Practice, scenario: Scenario) -> Answer {
    let bind = async |port: u16| {
        TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(|error| {
            Failure::usage(format!("port {port}: {error}"), "name another --port, or 0 for a free one")
        })
    };
    let (site, control) = (bind(command.port).await?, bind(0).await?);
    let address = |listener: &TcpListener| listener.local_addr().map(|address| format!("http://{address}"));
    let addresses = (address(&site), address(&control));
    let (Ok(origin), Ok(control_url)) = addresses else {
        return Err(Failure::new(Ending::Bug, "a listener has no address", ""));
    };
    let (send, mut stop) = watch::channel(Stop::No);
    let signals = signals::listen(send);
    // Closing the account asks for the password even where nobody must sign in.
    let credentials = scenario.credentials();
    if context.out.json {
        context.out.record(&json!({
            "v": 1, "kind": "practice-site", "origin": origin, "control": control_url, "user": credentials.user,
            "password": credentials.password,
        }));
    } else {
        context.out.raw(&format!("origin {origin}\ncontrol {control_url}\n"));
        context.out.raw(&format!("user {}\npassword {}\n", credentials.user, credentials.password));
    }
    context.out.note(format!("The practice site serves {}; Ctrl-C ends it.", people(command.people as u64)));
    context.out.note("PRACTICE: never type your real password here");
    if let Some(export) = &command.write_export {
        let (file, origin) = (shown(export.display()), &origin);
        context.out.note("From another terminal, for example:");
        context.out.note(format!("  exeunt import {file} --account practice"));
        context
            .out
            .note(format!("  exeunt plan new --connected-before 2014-01-01 --account practice --origin {origin}"));
    }
    let asked = async move {
        // A listener of signals that is gone cannot ask any more: the site then runs until it is killed.
        if stop.wait_for(|stop| *stop != Stop::No).await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    let served = serve(site, control, scenario, asked).await;
    signals.abort();
    served.map_err(|error| Failure::new(Ending::Bug, format!("the practice site ended: {error}"), ""))?;
    Ok(Outcome::done("the practice site ended"))
}
