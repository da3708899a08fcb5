//! `schedule install` lets the system start something at its time; `schedule remove` takes exactly that away again.
//!
//! Each kind of timer writes in its own file: [`systemd`], [`launchd`], [`cron`]. What they have in common is a [`Job`].

mod cron;
mod installed;
mod job;
mod launchd;
mod systemd;
mod tool;

use serde_json::json;

use self::installed::Installed;
use self::job::{Job, Start};
use crate::cli::args::{Install, Remove, TimerKind};
use crate::cli::context::Context;
use crate::cli::outcome::{Answer, Failure, Next, Outcome};
use crate::cli::output::{clean, shown, wrapped};
use crate::cli::plan::{binds_no_hours, find, keeps_within};
use crate::cli::{interlock, notify};
use crate::event::exit::Ending;
use crate::event::id::{PlanId, Realm};
use crate::settings::ELSEWHERE;

/// Carries out `schedule install`.
pub(super) fn install(context: &Context, command: &Install, environment: &[(String, String)]) -> Answer {
    needs_no_variables(context, environment)?;
    let job = match (&command.plan, command.review) {
        (Some(plan), _) => {
            let ledger = context.ledger()?;
            let row = find(context, &ledger, plan)?;
            if row.dropped.is_some() {
                return Err(Failure::bad_file(
                    format!("plan {} was dropped", row.id),
                    "`exeunt plan new` makes another",
                ));
            }
            interlock::is_approved(context, &row)?;
            // On the practice site a job keeps no pace.
            if row.realm == Realm::Real {
                keeps_within(context, &row, &context.pace(row.realm)?)?;
            }
            binds_no_hours(context, &row)?.into_iter().for_each(|note| context.out.note(format!("  note: {note}")));
            if !ledger.effects(&row.id)?.iter().any(|effect| effect.state.is_open()) {
                let what = format!("nobody is left in plan {}: there is nothing to start", row.id);
                return Err(Failure::bad_file(what, "`exeunt plan new` makes another"));
            }
            Job::of_plan(context, &row)?
        }
        (None, months) => {
            has_command(context)?;
            if let Some(Err(why)) = notify::program(context) {
                let mend = "mend notify.command in the settings; `exeunt doctor` looks at it too";
                return Err(Failure::bad_file(shown(format!("the reminder would reach nobody: {why}")), mend));
            }
            let months = months.expect("without a plan clap wants --review");
            Job::of_review(context, months)?
        }
    };
    let kind = command.with.map_or_else(usual, Ok)?;
    if let Some(other) = installed(context).into_iter().find(|one| one.name == job.name && one.kind != kind) {
        let what = format!("{} is installed with {} already: {}", job.name, other.kind.as_str(), other.place);
        return Err(Failure::usage(shown(what), format!("`exeunt schedule remove {}` takes it away first", job.word)));
    }
    let is_fit = examined(context, kind, &job);
    if let Some(Err(why)) = notify::program(context) {
        context.out.warn(shown(format!("  nobody would be told what happens: {why}")));
    }
    let written = match kind {
        TimerKind::Systemd => systemd::install(context, &job)?,
        TimerKind::Launchd => launchd::install(context, &job)?,
        TimerKind::Cron => cron::install(&job)?,
    };
    for line in &written {
        context.out.say(shown(format!("  written   {line}")));
    }
    let hints = [job.what_it_does(kind), if kind == TimerKind::Systemd { systemd::lingering() } else { String::new() }];
    for hint in hints.iter().filter(|hint| !hint.is_empty()) {
        wrapped(hint, context.out.text_width(), 12).iter().for_each(|line| context.out.say(line));
    }
    let mut outcome = if is_fit {
        Outcome::done(format!("installed with {}", kind.as_str()))
    } else {
        let what = format!(
            "installed with {}, but something that is needed is missing where it will run; see above",
            kind.as_str()
        );
        Outcome::of(Ending::NoBrowser, what)
    };
    let away = format!("exeunt schedule remove {}{}", job.word, context.flags());
    outcome.next = Some(Next::led_to("this takes it away again:", away));
    Ok(outcome.with("name", job.name).with("with", kind.as_str()).with("written", written))
}

/// Refuses settings that stand in the environment of this shell: a timer starts without them, and would work by others.
fn needs_no_variables(context: &Context, environment: &[(String, String)]) -> Result<(), Failure> {
    let is_setting = |name: &&str| name.starts_with("EXEUNT_") && !ELSEWHERE.contains(name);
    let mut names: Vec<&str> = environment.iter().map(|(name, _)| name.as_str()).filter(is_setting).collect();
    if names.is_empty() {
        return Ok(());
    }
    names.sort_unstable();
    let are = if names.len() == 1 { "is" } else { "are" };
    Err(Failure::usage(
        shown(format!(
            "{} {are} set in this shell only: a timer starts without it, by other settings",
            names.join(", ")
        )),
        format!(
            "write that into the settings file (`exeunt config path{}` says where), and install then",
            context.flags()
        ),
    ))
}

/// Carries out `schedule remove`.
pub(super) fn remove(context: &Context, command: &Remove) -> Answer {
    let name = match &command.plan {
        Some(plan) => {
            let row = find(context, &context.ledger()?, plan)?;
            job::name(context.account(), row.id.as_str())
        }
        None => job::name(context.account(), job::REVIEW),
    };
    let found: Vec<Installed> = installed(context).into_iter().filter(|one| one.name == name).collect();
    if found.is_empty() {
        let mend = "`exeunt schedule show` lists what is";
        return Err(Failure::usage(format!("nothing called {name} is installed for this data directory"), mend));
    }
    for one in &found {
        taken(context, one)?;
        context.out.say(shown(format!("  removed   {}", one.place)));
    }
    Ok(Outcome::done(format!("nothing starts {name} any more")).with("name", name))
}

/// Takes away what starts this plan, because the plan has ended. What cannot be taken away is said, and ends nothing.
pub(crate) fn take_away(context: &Context, plan: &PlanId) {
    let name = job::name(context.account(), plan.as_str());
    take(context, |one| one.name == name);
}

/// Takes away everything that starts something for this account.
pub(crate) fn take_all_away(context: &Context) {
    take(context, |_| true);
}

fn take(context: &Context, is_meant: impl Fn(&Installed) -> bool) {
    for one in installed(context).iter().filter(|one| is_meant(one)) {
        match taken(context, one) {
            Ok(()) => context.out.say(shown(format!("  its timer was removed: {}", one.place))),
            Err(failure) => context.out.warn(format!("  its timer stays: {failure}")),
        }
    }
}

fn taken(context: &Context, one: &Installed) -> Result<(), Failure> {
    match one.kind {
        TimerKind::Systemd => systemd::remove(context, &one.name),
        TimerKind::Launchd => launchd::remove(context, &one.name),
        TimerKind::Cron => cron::remove(context, &one.name),
    }
}

/// Everything that starts something for this account of this data directory.
pub(crate) fn installed(context: &Context) -> Vec<Installed> {
    let mut all = systemd::installed(context);
    all.extend(launchd::installed(context));
    all.extend(cron::installed(context));
    all
}

/// Shows what is installed.
pub(super) fn list(context: &Context) -> Answer {
    let all = installed(context);
    for one in &all {
        context.out.show(shown(format!("{}  {}  {}", one.name, one.kind.as_str(), one.place)));
        if !one.name.ends_with(job::REVIEW) {
            context.out.note(format!("  it looks {}", how_often(one.kind)));
        }
        context.out.record(
            &json!({ "v": 1, "kind": "timer", "timer": one.name, "with": one.kind.as_str(), "place": one.place }),
        );
    }
    if all.is_empty() {
        return Ok(Outcome::done(
            "nothing is installed; `exeunt schedule install last` lets the system start its shares",
        ));
    }
    Ok(Outcome::done(""))
}

/// A reminder reaches nobody without a program to tell.
///
/// # Errors
/// None is set.
pub(super) fn has_command(context: &Context) -> Result<(), Failure> {
    if context.settings.notify_command.is_empty() {
        let mend = "set notify.command to a list such as [\"notify-send\", \"Exeunt\", \"{line}\"]";
        return Err(Failure::bad_file("notify.command is empty: a reminder would reach nobody", mend));
    }
    Ok(())
}

/// This program and every flag of this call, with absolute paths.
///
/// # Errors
/// Where the program is cannot be found out, or a path is no text.
pub(super) fn line(context: &Context) -> Result<Vec<String>, Failure> {
    job::base(context, &context.data_dir.display().to_string())
}

/// What this system starts programs with.
fn usual() -> Result<TimerKind, Failure> {
    if cfg!(target_os = "macos") {
        return Ok(TimerKind::Launchd);
    }
    if systemd::is_there() {
        return Ok(TimerKind::Systemd);
    }
    if cron::is_there() {
        return Ok(TimerKind::Cron);
    }
    Err(Failure::usage(
        "there is neither a systemd user manager nor a crontab here",
        "keep a terminal open with `exeunt run last --live --until-done` instead",
    ))
}

/// Runs `doctor` where the job will run, and shows what it says; whether everything needed is there.
fn examined(context: &Context, kind: TimerKind, job: &Job) -> bool {
    let doctor = job.doctor();
    let done = match kind {
        TimerKind::Systemd => systemd::within(&doctor, &job.variables),
        TimerKind::Launchd => tool::bare(&doctor, &job.variables, (context.home.as_deref(), launchd::PATH)),
        TimerKind::Cron => tool::bare(&doctor, &job.variables, (context.home.as_deref(), cron::PATH)),
    };
    context.out.say(format!("  doctor, where {} will start it:", kind.as_str()));
    match done {
        Ok(done) => {
            String::from_utf8_lossy(&done.stdout)
                .lines()
                .for_each(|line| context.out.say(format!("    {}", clean(line))));
            if !done.status.success() {
                String::from_utf8_lossy(&done.stderr)
                    .lines()
                    .for_each(|line| context.out.say(format!("    {}", clean(line))));
            }
            done.status.success()
        }
        Err(why) => {
            context.out.say(format!("    {}", clean(&why)));
            false
        }
    }
}

/// When a timer of that kind starts a share.
fn how_often(kind: TimerKind) -> &'static str {
    match kind {
        TimerKind::Systemd => {
            "every half hour, at :00 and :30 of UTC and up to five minutes later, also in the hour that autumn repeats"
        }
        TimerKind::Launchd => "every 30 minutes while the computer is awake, whatever its clock shows",
        TimerKind::Cron => {
            "at :00 and :30 of local time; in the hour that autumn repeats some crons look twice as often or not at all, which \
             doubles nothing"
        }
    }
}

impl Job {
    fn what_it_does(&self, kind: TimerKind) -> String {
        match self.start {
            Start::Shares => format!(
                "It looks whether more is due {}. If it is too early, it ends at once and leaves nothing behind; what was missed \
                 while the computer was off is added at the end, never doubled; after the last person it takes itself away.",
                how_often(kind)
            ),
            Start::Review(_) => "It tells the program of notify.command, and does nothing else.".to_owned(),
        }
    }
}
