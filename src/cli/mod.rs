//! The command line: arguments, surroundings, one file a command, exit codes.
//!
//! It alone prints, reads the environment and names exit codes. It knows everything below it; nothing is above it.

mod args;
mod attendant;
mod browser;
mod check;
mod close;
mod closed;
mod config;
mod context;
mod demo;
mod doctor;
mod draft;
mod errand;
mod evidence;
mod foreign;
mod forget;
mod glance;
mod import;
mod incident;
mod interlock;
mod keep;
mod known_driver;
mod list;
mod list_file;
mod login;
mod logout;
mod manual;
mod measured;
mod misfit;
mod missing;
mod notify;
mod origin;
mod outcome;
mod output;
mod overview;
mod pack_kept;
mod password;
mod pasted;
mod plan;
mod practice;
mod profile;
mod programs;
mod progress;
mod prompt;
mod reasons;
mod replay;
mod run;
mod safe_text;
mod save_data;
mod scan;
mod schedule;
mod screen;
mod selectors;
mod setting_picture;
mod signals;
mod status;
mod stop;
mod tilde;
mod unread;
mod watch;
mod whereabouts;
mod who;
mod whose;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser as _;
use clap::error::ErrorKind;

use self::args::{Cli, Command};
use self::context::Context;
use self::outcome::{Answer, Outcome};
use self::output::Output;
use rustix::process::{Resource, Rlimit, setrlimit};

use crate::event::exit::Ending;
use crate::event::id::Action;

/// Runs the program on the given arguments and answers its exit code.
///
/// It may be called more than once in one process.
pub fn main(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    leave_no_memory_images();
    ExitCode::from(answer(arguments).code())
}

/// A memory image of a program that ended badly would hold whatever was typed into it. Browsers started later inherit it.
fn leave_no_memory_images() {
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    // Where the system refuses, it wrote none before.
    let _ = setrlimit(Resource::Core, none);
}

fn answer(arguments: impl Iterator<Item = OsString>) -> Ending {
    let home = std::env::var_os("HOME").map(PathBuf::from).filter(|home| home.is_absolute());
    let arguments = tilde::expanded(arguments.collect(), home.as_deref());
    let mut cli = match Cli::try_parse_from(&arguments) {
        Ok(cli) => cli,
        Err(error) => return misunderstood(&error, arguments.iter().any(|argument| argument == "--json")),
    };
    let names_account = |argument: &OsString| argument.to_string_lossy().split('=').next() == Some("--account");
    cli.global.is_account_named = arguments.iter().any(names_account);
    let environment: Vec<(String, String)> = std::env::vars_os()
        .filter_map(|(key, value)| Some((key.into_string().ok()?, value.into_string().ok()?)))
        // A variable of ours without a value is one that is not set.
        .filter(|(key, value)| !(key.starts_with("EXEUNT_") && value.trim().is_empty()))
        .map(|(key, value)| (key.clone(), tilde::of_variable(&key, value, home.as_deref())))
        .collect();
    log(cli.global.verbose);
    let out = Output::new(cli.global.json, cli.global.quiet);
    let acts = cli.command.as_ref().is_some_and(ends_with_a_result);
    let mut flags: &'static [String] = &[];
    let done = match &cli.command {
        None => Context::new(cli.global, environment.clone()).and_then(|context| {
            flags = context.out.flags;
            overview::run(&context, &environment)
        }),
        // These work also where the settings are wrong or no data can be kept.
        Some(Command::Config(command)) => config::run(out, &cli.global, &environment, *command),
        Some(Command::Completions { shell }) => manual::completions(out, *shell),
        Some(Command::Man { dir }) => manual::man(out, dir.as_deref()),
        Some(command) => Context::new(cli.global, environment.clone()).and_then(|context| {
            flags = context.out.flags;
            if !matches!(command, Command::Run(_)) {
                context.announce();
            }
            dispatch(&context, command, &environment)
        }),
    };
    Output { flags, ..out }.end(&done, acts || done.is_err())
}

/// What clap says of a command line that it does not take; help and version are no mistakes.
fn misunderstood(error: &clap::Error, json: bool) -> Ending {
    let out = Output::new(json, true);
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        output::keep_failure(error.print());
        return out.written();
    }
    let text = foreign::in_words(&error.to_string());
    out.warn(text.trim_end());
    if json {
        let first = text.lines().next().unwrap_or_default();
        let reason = first.strip_prefix("error: ").unwrap_or(first);
        out.raw(&format!("{}\n", Outcome::of(Ending::Usage, reason).line()));
    }
    Ending::Usage.or(out.written())
}

fn dispatch(context: &Context, command: &Command, environment: &[(String, String)]) -> Answer {
    if is_about_an_account(command) {
        context.check_realm()?;
    }
    match command {
        Command::Demo => demo::run(context, environment),
        Command::Practice(command) => practice::run(context, command),
        Command::Doctor => doctor::run(context),
        Command::Login(command) => login::run(context, command),
        Command::Logout(command) => logout::run(context, command),
        Command::Forget(command) => forget::run(context, command),
        Command::Import(command) => import::run(context, command),
        Command::List(command) => list::run(context, command),
        Command::Keep(command) => keep::run(context, command),
        Command::Plan(command) => plan::run(context, command),
        Command::Run(command) => run::run(context, command),
        Command::Scan(command) => scan::run(context, command),
        Command::Schedule(command) => schedule::run(context, command, environment),
        Command::Status { watch: true, .. } => watch::run(context),
        Command::Status { all: true, .. } => status::all(context, environment),
        Command::Status { .. } => status::run(context),
        Command::Pause { until } => status::pause(context, *until),
        Command::Resume => status::resume(context),
        Command::Stop { plan } => stop::run(context, plan),
        Command::Incident(command) => incident::run(context, command),
        Command::Resolve(command) => incident::resolve(context, command),
        Command::SaveData(command) => save_data::run(context, command),
        Command::Close(command) => close::run(context, command, Action::Close),
        Command::Hibernate(command) => close::run(context, command, Action::Hibernate),
        Command::Password(command) => password::run(context, command),
        Command::Replay(command) => replay::run(context, command),
        Command::Evidence(command) => evidence::run(context, command),
        Command::Selectors(command) => selectors::run(context, command),
        Command::Config(_) | Command::Completions { .. } | Command::Man { .. } => {
            unreachable!("these are answered before the surroundings are read")
        }
    }
}

/// Commands that read or change what is kept about an account, and choose no realm of their own.
fn is_about_an_account(command: &Command) -> bool {
    !matches!(command, Command::Demo | Command::Practice(_) | Command::Doctor | Command::Selectors(_) | Command::Run(_))
}

/// Commands that do something end with a result line under `--json`; commands that only show print records.
fn ends_with_a_result(command: &Command) -> bool {
    use args::{Config, Evidence, Incident, Keep, Plan, Schedule, Selectors};
    !matches!(
        command,
        Command::List(_)
            | Command::Status { .. }
            | Command::Schedule(Schedule::Show(_))
            | Command::Keep(Keep::List)
            | Command::Plan(Plan::List | Plan::Show(_) | Plan::Diff { .. })
            | Command::Incident(Incident::List | Incident::Show { .. })
            | Command::Evidence(Evidence::List | Evidence::Show { .. })
            | Command::Selectors(Selectors::Show { .. } | Selectors::Schema { .. })
            | Command::Config(Config::Show | Config::Path)
            | Command::Completions { .. }
            | Command::Man { dir: None }
    )
}

/// Diagnostics go to standard error, for the person who debugs; nothing of people is logged above `debug`.
fn log(verbose: u8) {
    let level = match verbose {
        0 => return,
        1 => tracing::Level::INFO,
        2 => tracing::Level::DEBUG,
        _ => tracing::Level::TRACE,
    };
    // A second call in one process keeps the first subscriber.
    // Only what this program says itself: what lies under it would show what is sent to a driver.
    let filter = tracing_subscriber::EnvFilter::new(format!("exeunt={level}"));
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .log_internal_errors(false)
        .try_init();
}
