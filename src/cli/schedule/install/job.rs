//! What the system starts: a name, a command line that is complete without any environment, and a time.

use std::path::Path;

use crate::cli::args::Months;
use crate::cli::context::Context;
use crate::cli::outcome::Failure;
use crate::cli::output::shown;
use crate::event::id::AccountName;
use crate::ledger::PlanRow;

/// In place of a plan's id in the name of the reminder.
pub(super) const REVIEW: &str = "review";

/// By this line a file is known as ours.
pub(super) const HEADER: &str = "Written by exeunt schedule install";

/// When it is started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Start {
    /// Every half an hour: the program itself knows what is due.
    Shares,
    /// On the first day of every so many months, in the morning.
    Review(Months),
}

/// What the system starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Job {
    /// Such as `exeunt-default-P4K`: safe as a file's name, in a unit and in a crontab.
    pub(super) name: String,
    /// What `schedule remove` is given for it.
    pub(super) word: String,
    /// What it is, in words of ours.
    pub(super) about: String,
    /// The program and everything that every command is given.
    base: Vec<String>,
    /// The command itself.
    command: Vec<String>,
    /// The data directory as it stands on the command line.
    pub(super) data_dir: String,
    pub(super) start: Start,
    /// What it is started with beside what every job of the system has: `TZ`, where the zone of this shell comes from there.
    pub(super) variables: Vec<(&'static str, String)>,
}

/// The name of what starts a plan's shares, or the reminder.
pub(super) fn name(account: &AccountName, of: &str) -> String {
    format!("exeunt-{account}-{of}")
}

impl Job {
    /// The shares of an approved plan.
    ///
    /// # Errors
    /// A path that cannot stand in a unit.
    pub(super) fn of_plan(context: &Context, row: &PlanRow) -> Result<Self, Failure> {
        let hash = row.hash.to_string();
        let command = ["run", row.id.as_str(), "--live", "--confirm", &hash].map(str::to_owned).to_vec();
        let about = format!("shares of plan {} (account {})", row.id, context.account());
        Self::new(context, row.id.as_str(), (about, command, Start::Shares))
    }

    /// The reminder of a review.
    ///
    /// # Errors
    /// As [`Job::of_plan`].
    pub(super) fn of_review(context: &Context, months: Months) -> Result<Self, Failure> {
        let command = ["schedule", "remind"].map(str::to_owned).to_vec();
        let about = format!("reminder of a review (account {})", context.account());
        let mut job = Self::new(context, REVIEW, (about, command, Start::Review(months)))?;
        job.word = "--review".to_owned();
        Ok(job)
    }

    fn new(
        context: &Context,
        of: &str,
        (about, command, start): (String, Vec<String>, Start),
    ) -> Result<Self, Failure> {
        let (name, word) = (name(context.account(), of), of.to_owned());
        let data_dir = plain(&context.data_dir)?;
        let zone = context.zone_of_shell.as_deref().map(|zone| plain(Path::new(zone))).transpose()?;
        let variables = zone.into_iter().map(|zone| ("TZ", zone)).collect();
        Ok(Self { name, word, about, base: base(context, &data_dir)?, command, data_dir, start, variables })
    }

    /// The whole command line.
    pub(super) fn line(&self) -> Vec<String> {
        self.base.iter().chain(&self.command).cloned().collect()
    }

    /// The same program with the same flags, for a look at what it finds where it runs.
    pub(super) fn doctor(&self) -> Vec<String> {
        self.base.iter().cloned().chain(["doctor".to_owned()]).collect()
    }
}

/// The program and every flag of this call, with absolute paths.
pub(super) fn base(context: &Context, data_dir: &str) -> Result<Vec<String>, Failure> {
    let program = std::env::current_exe()
        .map_err(|error| Failure::usage(format!("the path of this program cannot be found out: {error}"), ""))?;
    let global = &context.global;
    let mut base = vec![plain(&program)?, "--data-dir".to_owned(), data_dir.to_owned()];
    base.extend(["--account".to_owned(), context.account().to_string()]);
    let config = context.settings_file().map(Path::new);
    for (flag, path) in [("--config", config), ("--selectors", global.selectors.as_deref())] {
        let Some(path) = path else { continue };
        let path = std::path::absolute(path).map_err(|error| Failure::usage(format!("{flag}: {error}"), ""))?;
        base.extend([flag.to_owned(), plain(&path)?]);
    }
    base.extend(context.origin.iter().flat_map(|origin| ["--origin".to_owned(), origin.clone()]));
    let browser = global.browser.map(|_| context.settings.browser.name.as_str().to_owned());
    base.extend(browser.into_iter().flat_map(|browser| ["--browser".to_owned(), browser]));
    if let Some(url) = &global.webdriver {
        base.extend(["--webdriver".to_owned(), plain(Path::new(url))?]);
    }
    base.extend(global.headed.then(|| "--headed".to_owned()));
    base.extend(global.headless.then(|| "--headless".to_owned()));
    Ok(base)
}

/// A path as text that no timer misreads.
fn plain(path: &Path) -> Result<String, Failure> {
    match path.to_str() {
        Some(text) if !text.contains(char::is_control) => Ok(text.to_owned()),
        _ => Err(Failure::usage(
            shown(format!("`{}` cannot be written into a timer: it is not valid text", path.display())),
            "name another folder",
        )),
    }
}
