//! What `schedule` takes.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::{IdArg, PaceArg};
use crate::event::id::PlanId;

/// `schedule`.
#[derive(Debug, Subcommand)]
pub(crate) enum Schedule {
    /// Shows a plan's calendar, or without a plan what is installed
    #[command(
        after_help = "Example: exeunt schedule show P4K\n         exeunt schedule show P4K --next                who is next\n         exeunt schedule show P4K --svg calendar.svg    the same as a picture"
    )]
    Show(Show),
    /// Works on every approved plan of every account until all are finished, in one process that needs no terminal
    #[command(
        after_help = "Example: exeunt schedule run\n         exeunt schedule run --account ann    this account alone\n         exeunt schedule run P4K              this plan alone"
    )]
    Run(Shares),
    /// Lets the system start a plan's shares: a systemd user timer, a launchd agent or a cron line
    #[command(
        after_help = "Example: exeunt schedule install P4K\n         exeunt schedule install --review 3months    reminds of a review every three months"
    )]
    Install(Install),
    /// Takes away what `schedule install` wrote
    #[command(after_help = "Example: exeunt schedule remove P4K\n         exeunt schedule remove --review")]
    Remove(Remove),
    /// Tells the program of notify.command that it is time for a review, as the reminder of `--review` does
    #[command(after_help = "Example: exeunt schedule remind")]
    Remind,
}

/// `schedule show`.
#[derive(Debug, Args)]
pub(crate) struct Show {
    /// Its id, or `last`; without one: what is installed for the account
    pub(crate) plan: Option<IdArg<PlanId>>,
    /// Who is next, with the command that spares each of them
    #[arg(long, requires = "plan", conflicts_with = "svg")]
    pub(crate) next: bool,
    /// Writes the calendar as a picture too; the file must not be there yet
    #[arg(long, value_name = "FILE", requires = "plan")]
    pub(crate) svg: Option<PathBuf>,
}

/// `schedule run`.
#[derive(Debug, Args)]
pub(crate) struct Shares {
    /// Only this approved plan; `last` is the newest
    pub(crate) plan: Option<IdArg<PlanId>>,
    /// `real`, or for practice only `off`: no gaps, no caps (the default there)
    #[arg(long, value_name = "PACE", hide_possible_values = true)]
    pub(crate) pace: Option<PaceArg>,
    /// Also shows how many WebDriver commands a removal took
    #[arg(long)]
    pub(crate) timings: bool,
}

/// `schedule install`.
#[derive(Debug, Args)]
pub(crate) struct Install {
    /// The plan's id, or `last`
    #[arg(required_unless_present = "review", conflicts_with = "review")]
    pub(crate) plan: Option<IdArg<PlanId>>,
    /// `systemd`, `launchd` or `cron`; the one that this system has, unless you say otherwise
    #[arg(long, value_name = "KIND", hide_possible_values = true)]
    pub(crate) with: Option<TimerKind>,
    /// Instead of a plan's shares: a reminder of a review, such as `3months`
    #[arg(long, value_name = "MONTHS")]
    pub(crate) review: Option<Months>,
}

/// `schedule remove`.
#[derive(Debug, Args)]
pub(crate) struct Remove {
    /// The plan's id, or `last`
    #[arg(required_unless_present = "review", conflicts_with = "review")]
    pub(crate) plan: Option<IdArg<PlanId>>,
    /// The reminder of a review
    #[arg(long)]
    pub(crate) review: bool,
}

/// What starts programs at their time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TimerKind {
    Systemd,
    Launchd,
    Cron,
}

impl TimerKind {
    /// The word of the command line.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Systemd => "systemd",
            Self::Launchd => "launchd",
            Self::Cron => "cron",
        }
    }
}

/// Every so many months: a number that divides a year, so that each timer can say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Months(pub(crate) u8);

impl std::str::FromStr for Months {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = text.trim_end_matches("months").trim_end_matches("month").trim();
        match number.parse() {
            Ok(months @ (1 | 2 | 3 | 4 | 6 | 12)) => Ok(Self(months)),
            _ => Err("not 1month, 2months, 3months, 4months, 6months or 12months".to_owned()),
        }
    }
}
