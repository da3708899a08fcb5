//! What `plan`, `run`, `incident` and `resolve` take.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::IdArg;
use super::number;
use super::people::{Format, Who};
use crate::event::address::{Brought, NoProfile};
use crate::event::id::{Action, BadId, IncidentId, PlanId, Route, Slug};

/// `plan`.
#[derive(Debug, Subcommand)]
pub(crate) enum Plan {
    /// Makes a plan and shows it; nothing is done yet
    #[command(
        after_help = "Example: exeunt plan new --company '~consult' --connected-before 2016-01-01\n         exeunt plan new --people list.txt\n         exeunt plan new --where \"company LIKE '%consult%'\" --edit"
    )]
    New(PlanNew),
    /// Shows all plans
    #[command(after_help = "Example: exeunt plan list")]
    List,
    /// Shows one plan
    #[command(
        after_help = "Example: exeunt plan show last\n         exeunt plan show P4K --format csv          for a spreadsheet; `plan new --people` reads it back\n         exeunt plan show P4K --page plan.html      one page to show to somebody"
    )]
    Show(PlanShow),
    /// Says what is different: between two plans, or between a plan and what it would be today
    #[command(after_help = "Example: exeunt plan diff P4K\n         exeunt plan diff P4K P5M")]
    Diff {
        /// Its id, or `last`
        plan: IdArg<PlanId>,
        /// Another plan, or `today`, which it is unless you say otherwise
        #[arg(value_name = "PLAN|today", default_value = "today", hide_default_value = true)]
        with: Against,
    },
    /// Makes a new plan of what is left of one, against today's people, keep list and pack
    #[command(after_help = "Example: exeunt plan renew P4K")]
    Renew {
        /// Its id, or `last`
        plan: IdArg<PlanId>,
    },
    /// Gives a plan up; what was not begun will not be
    #[command(after_help = "Example: exeunt plan drop P4K")]
    Drop {
        /// Its id, or `last`
        plan: IdArg<PlanId>,
    },
}

/// `plan show`.
#[derive(Debug, Args)]
pub(crate) struct PlanShow {
    /// Its id, or `last`
    pub(crate) plan: IdArg<PlanId>,
    /// `table` for reading, `csv` for a spreadsheet, `json` for a program
    #[arg(long, value_name = "FORMAT", hide_possible_values = true)]
    pub(crate) format: Option<Format>,
    /// Also writes the plan as one page that can be shown to somebody; the file must not be there yet
    #[arg(long, value_name = "FILE")]
    pub(crate) page: Option<PathBuf>,
}

/// `plan new`.
#[derive(Debug, Args)]
pub(crate) struct PlanNew {
    /// What is done to each; `remove` is all that this version does
    #[arg(long, value_name = "ACTION", default_value = "remove", hide_default_value = true)]
    pub(crate) action: Action,
    /// Through which pages: `list` opens no profile; `profile` opens each person's three times, each time a profile view
    #[arg(long, value_name = "ROUTE", default_value = "list", hide_default_value = true)]
    pub(crate) route: Route,
    #[command(flatten)]
    pub(crate) who: Who,
    /// Slugs or profile addresses, one a line, or our own CSV with a `remove` column; `-` reads standard input
    #[arg(long, value_name = "FILE|-", conflicts_with_all = ["company", "position", "name", "connected_before", "connected_after", "where", "messages", "invitations", "endorsements", "recommendations", "sort"])]
    pub(crate) people: Option<PathBuf>,
    /// Opens the list in your editor ($VISUAL or $EDITOR), one person a line, before the plan is made
    #[arg(long)]
    pub(crate) edit: bool,
}

/// What a plan is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Against {
    /// What it would be if it were renewed now.
    Today,
    /// Another plan.
    Plan(IdArg<PlanId>),
}

impl std::str::FromStr for Against {
    type Err = BadId;

    fn from_str(text: &str) -> Result<Self, BadId> {
        if text == "today" { Ok(Self::Today) } else { text.parse().map(Self::Plan) }
    }
}

/// `run`.
#[derive(Debug, Args)]
pub(crate) struct Run {
    /// The plan's id, or `last`
    pub(crate) plan: IdArg<PlanId>,
    /// Really remove people, instead of rehearsing it
    #[arg(long)]
    pub(crate) live: bool,
    /// The plan's hash, for where nobody can type the sentence that --live asks for
    #[arg(long, value_name = "HASH", requires = "live")]
    pub(crate) confirm: Option<String>,
    /// Rehearse all people instead of five
    #[arg(long, conflicts_with_all = ["live", "limit"])]
    pub(crate) all: bool,
    /// At most so many people this time
    #[arg(long, value_name = "N", value_parser = number::people)]
    pub(crate) limit: Option<std::num::NonZeroU32>,
    /// Stay until the plan is finished, however many days that takes; between two shares the browser is closed
    #[arg(long, requires = "live", conflicts_with = "limit")]
    pub(crate) until_done: bool,
    /// `real`, or for practice only `off`: no gaps, no caps (the default there)
    #[arg(long, value_name = "PACE", hide_possible_values = true)]
    pub(crate) pace: Option<PaceArg>,
    #[command(flatten)]
    pub(crate) driving: Driving,
    /// Also shows how many WebDriver commands a removal took
    #[arg(long)]
    pub(crate) timings: bool,
}

/// What every command takes that drives the account's pages.
#[derive(Debug, Clone, Copy, Default, Args)]
pub(crate) struct Driving {
    /// Use the driver although its program changed since the last time, because you updated it yourself
    #[arg(long)]
    pub(crate) accept_driver: bool,
}

/// `scan`.
#[derive(Debug, Args)]
pub(crate) struct Scan {
    #[command(flatten)]
    pub(crate) driving: Driving,
    /// Only a look at the first so many rows; nobody counts as gone then
    #[arg(long, value_name = "N", value_parser = number::people)]
    pub(crate) limit: Option<std::num::NonZeroU32>,
}

/// The pace of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PaceArg {
    Off,
    Real,
}

/// `incident`.
#[derive(Debug, Subcommand)]
pub(crate) enum Incident {
    /// Shows all incidents
    #[command(after_help = "Example: exeunt incident list")]
    List,
    /// Shows one, with what to do and what not to do
    #[command(after_help = "Example: exeunt incident show last")]
    Show {
        /// Its id, or `last`
        incident: IdArg<IncidentId>,
    },
    /// Lets the account go on, after you have looked
    #[command(after_help = "Example: exeunt incident clear I2X --reason 'answered the captcha by hand'")]
    Clear {
        /// Its id, or `last`
        incident: IdArg<IncidentId>,
        /// What you found and did
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
}

/// `resolve`.
#[derive(Debug, Args)]
pub(crate) struct Resolve {
    /// The person's slug, or the profile's address
    #[arg(value_name = "SLUG|URL", value_parser = slug_or_address)]
    pub(crate) item: Slug,
    /// `done`: it happened; `not-done`: it did not, and may be tried again; `skip`: leave it; `same-person`: the page's
    /// other name is theirs, and the next plan may call them so
    #[arg(long = "as", value_name = "HOW", hide_possible_values = true)]
    pub(crate) how: Resolution,
    /// How you know
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
}

/// How a person settles an item that is in doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Resolution {
    Done,
    NotDone,
    Skip,
    SamePerson,
}

/// A slug as it stands in a plan, whatever it holds; an address without what no address can hold.
fn slug_or_address(text: &str) -> Result<Slug, NoProfile> {
    let brought = Brought::of(text);
    if brought.is_address { brought.plain } else { brought.exact.map_or(brought.plain, Ok) }
}
