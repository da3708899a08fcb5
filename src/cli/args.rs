//! What may be typed: commands, flags, and an example for each.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::event::id::{AccountName, Action, Digest, IncidentId, PlanId, Route, Slug};
use crate::practice::fault::Fault;
use crate::practice::scenario::{Language, Latency, SignIn, Ui};

/// Takes people out of your LinkedIn network in paced batches, through the real pages, and keeps proof of every step.
#[derive(Debug, Parser)]
#[command(name = "exeunt", version, propagate_version = true, disable_help_subcommand = true)]
#[command(
    after_help = "Try it without an account: exeunt demo\nA rehearsal is the default everywhere: nothing is removed without --live."
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Flags that every command takes, before or after its name.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Everywhere")]
pub(crate) struct Global {
    /// Your own name for the account
    #[arg(long, global = true, value_name = "NAME", default_value = "default")]
    pub(crate) account: AccountName,
    /// Where ledger, evidence and browser profiles are kept
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,
    /// A settings file instead of the one in your settings folder
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// A folder with a flow pack instead of the built-in one
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) selectors: Option<PathBuf>,
    /// The practice site's address; loopback only
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) origin: Option<String>,
    /// Which browser
    #[arg(long, global = true, value_name = "BROWSER")]
    pub(crate) browser: Option<BrowserArg>,
    /// Attach to a driver that runs already: chromedriver, geckodriver, Selenium Grid
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) webdriver: Option<String>,
    /// Show the browser window
    #[arg(long, global = true, conflicts_with = "headless")]
    pub(crate) headed: bool,
    /// Show no browser window
    #[arg(long, global = true)]
    pub(crate) headless: bool,
    /// One JSON record a line on standard output
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Say only what went wrong
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    /// Say more; twice: even more
    #[arg(long, short, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
}

/// The browsers that can be driven.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum BrowserArg {
    /// Chrome or Chromium, through chromedriver
    Chrome,
    /// Firefox, through geckodriver
    Firefox,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Shows the whole way on the practice site: import, plan, rehearsal, removal, verification, report
    #[command(after_help = "Example: exeunt demo --headed")]
    Demo,
    /// Serves the practice site on this computer
    #[command(after_help = practice_help())]
    Practice(Practice),
    /// Checks every precondition and says how to mend what is missing
    #[command(after_help = "Example: exeunt doctor --browser firefox")]
    Doctor,
    /// Reads the official export: Connections.csv or the whole zip
    #[command(after_help = "Example: exeunt import ~/Downloads/Basic_LinkedInDataExport_11-22-2026.zip")]
    Import(Import),
    /// Shows people of the ledger
    #[command(after_help = "Example: exeunt list --company '~consult' --connected-before 2016-01-01")]
    List(List),
    /// People who are never touched
    #[command(subcommand, after_help = "Example: exeunt keep add jane-doe --reason 'my sister'")]
    Keep(Keep),
    /// Plans: who, how fast, and what an approval binds
    #[command(subcommand, after_help = "Example: exeunt plan new --action remove --company '~consult'")]
    Plan(Plan),
    /// Carries out a plan: a rehearsal, or with --live the deed
    #[command(after_help = "Example: exeunt run P4K\n         exeunt run P4K --live")]
    Run(Run),
    /// What stands where, also while another process is working
    #[command(after_help = "Example: exeunt status --json")]
    Status,
    /// Holds everything until `resume`
    #[command(after_help = "Example: exeunt pause")]
    Pause,
    /// Lets a paused account go on
    #[command(after_help = "Example: exeunt resume")]
    Resume,
    /// What latched the account, and the way past it
    #[command(subcommand, after_help = "Example: exeunt incident show last")]
    Incident(Incident),
    /// Settles a person that is in doubt, after you looked yourself
    #[command(
        after_help = "Example: exeunt resolve jane-doe --as done --reason 'looked at her profile: not connected'"
    )]
    Resolve(Resolve),
    /// The proof: what was kept, whether it is whole, and a report to read
    #[command(subcommand, after_help = "Example: exeunt evidence verify last")]
    Evidence(Evidence),
    /// The flow pack: the selector files that say how the pages are walked
    #[command(subcommand, after_help = "Example: exeunt selectors lint ./my-pack")]
    Selectors(Selectors),
}

/// `practice`.
#[derive(Debug, Args)]
pub(crate) struct Practice {
    /// The port; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    pub(crate) port: u16,
    /// How many people are in the network
    #[arg(long, value_name = "N", default_value_t = 60)]
    pub(crate) people: usize,
    /// Which generation a page is served in, such as `connections=sdui-2026`
    #[arg(long, value_name = "PAGE=GENERATION,…")]
    pub(crate) ui: Option<Ui>,
    /// The language of the pages
    #[arg(long, value_name = "LANG", default_value = "en")]
    pub(crate) lang: Language,
    /// Something that goes wrong, such as `429@connections:3`; may be given several times
    #[arg(long, value_name = "SPEC")]
    pub(crate) fault: Vec<Fault>,
    /// Another seed gives other people and other moods
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Whose account it is
    #[arg(long, value_name = "SLUG")]
    pub(crate) me: Option<Slug>,
    /// `form` asks visitors to sign in, and prints user and password
    #[arg(long, value_name = "HOW")]
    pub(crate) sign_in: Option<SignIn>,
    /// How quick the pages are: `realistic`, `fixed` (140 ms a removal, for measuring), `none`
    #[arg(long, value_name = "HOW", default_value = "realistic")]
    pub(crate) latency: Latency,
    /// Writes the people as an official Connections.csv
    #[arg(long, value_name = "FILE")]
    pub(crate) write_export: Option<PathBuf>,
}

/// `import`.
#[derive(Debug, Args)]
pub(crate) struct Import {
    /// Connections.csv, or the zip as downloaded
    pub(crate) file: PathBuf,
}

/// Who is meant.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Who (all that is given must fit; a flag given twice: either)")]
pub(crate) struct Who {
    /// Company: the whole value, or `~X` for "contains X"
    #[arg(long, value_name = "X")]
    pub(crate) company: Vec<String>,
    /// Position: the whole value, or `~X` for "contains X"
    #[arg(long, value_name = "X")]
    pub(crate) position: Vec<String>,
    /// Name: the whole value, or `~X` for "contains X"
    #[arg(long, value_name = "X")]
    pub(crate) name: Vec<String>,
    /// Connected before this day
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) connected_before: Option<jiff::civil::Date>,
    /// Connected after this day
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) connected_after: Option<jiff::civil::Date>,
}

/// `list`.
#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    pub(crate) who: Who,
    /// A condition in SQL on slug, first_name, last_name, company, position, connected_on
    #[arg(long, value_name = "SQL")]
    pub(crate) r#where: Option<String>,
    /// Shows the columns, each with an example
    #[arg(long)]
    pub(crate) fields: bool,
    /// How people are printed
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub(crate) format: Format,
}

/// How people are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For reading
    Table,
    /// For a spreadsheet
    Csv,
    /// One person a line
    Json,
}

/// `keep`.
#[derive(Debug, Subcommand)]
pub(crate) enum Keep {
    /// Adds people: slugs, profile addresses or names
    Add {
        /// Who
        #[arg(required = true, value_name = "SLUG|URL|NAME")]
        who: Vec<String>,
        /// Why, for your own memory
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Takes people off the list
    Remove {
        /// Who
        #[arg(required = true, value_name = "SLUG|URL|NAME")]
        who: Vec<String>,
    },
    /// Shows the list
    List,
}

/// `plan`.
#[derive(Debug, Subcommand)]
pub(crate) enum Plan {
    /// Makes a plan and shows it; nothing is done yet
    New(PlanNew),
    /// Shows all plans
    List,
    /// Shows one plan
    Show {
        /// Its id, or `last`
        plan: IdArg<PlanId>,
    },
    /// Gives a plan up; what was not begun will not be
    Drop {
        /// Its id, or `last`
        plan: IdArg<PlanId>,
    },
}

/// `plan new`.
#[derive(Debug, Args)]
pub(crate) struct PlanNew {
    /// What is done to each
    #[arg(long, default_value = "remove")]
    pub(crate) action: Action,
    /// Through which pages
    #[arg(long, default_value = "list")]
    pub(crate) route: Route,
    #[command(flatten)]
    pub(crate) who: Who,
    /// Slugs or profile addresses, one a line, or our own CSV with a `remove` column; `-` reads standard input
    #[arg(long, value_name = "FILE|-", conflicts_with_all = ["company", "position", "name", "connected_before", "connected_after"])]
    pub(crate) people: Option<PathBuf>,
}

/// `run`.
#[derive(Debug, Args)]
pub(crate) struct Run {
    /// The plan's id, or `last`
    pub(crate) plan: IdArg<PlanId>,
    /// The deed instead of a rehearsal
    #[arg(long)]
    pub(crate) live: bool,
    /// The plan's hash, where nobody can type the sentence
    #[arg(long, value_name = "HASH", requires = "live")]
    pub(crate) confirm: Option<Digest>,
    /// Rehearse all people instead of five
    #[arg(long, conflicts_with = "live")]
    pub(crate) all: bool,
    /// At most so many people this time
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<std::num::NonZeroU32>,
    /// Stay until the plan is finished, however many days that takes
    #[arg(long, requires = "live")]
    pub(crate) until_done: bool,
    /// `off` is for practice only: no gaps, no caps
    #[arg(long, value_name = "PACE")]
    pub(crate) pace: Option<PaceArg>,
    /// Shows how long each part took
    #[arg(long)]
    pub(crate) timings: bool,
}

/// The pace of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PaceArg {
    /// No gaps and no caps; practice only, and its default
    Off,
    /// As on the real site
    Real,
}

/// `incident`.
#[derive(Debug, Subcommand)]
pub(crate) enum Incident {
    /// Shows all incidents
    List,
    /// Shows one, with what to do and what not to do
    Show {
        /// Its id, or `last`
        incident: IdArg<IncidentId>,
    },
    /// Lets the account go on, after you have looked
    Clear {
        /// Its id, or `last`
        incident: IdArg<IncidentId>,
        /// What you found and did
        #[arg(long)]
        reason: String,
    },
}

/// `resolve`.
#[derive(Debug, Args)]
pub(crate) struct Resolve {
    /// The person's slug
    pub(crate) item: Slug,
    /// What you found
    #[arg(long = "as", value_name = "HOW")]
    pub(crate) how: Resolution,
    /// How you know
    #[arg(long)]
    pub(crate) reason: String,
}

/// How a person settles an item that is in doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Resolution {
    /// It happened
    Done,
    /// It did not happen; it may be tried again
    NotDone,
    /// Leave it
    Skip,
}

/// `evidence`.
#[derive(Debug, Subcommand)]
pub(crate) enum Evidence {
    /// Shows all runs with evidence
    List,
    /// Says whether a run's evidence is whole and unchanged
    Verify {
        /// A run, a plan, or `last`
        #[arg(default_value = "last")]
        run: String,
    },
    /// Writes the report and says where it is
    Report {
        /// A run, a plan, or `last`
        #[arg(default_value = "last")]
        run: String,
    },
}

/// `selectors`.
#[derive(Debug, Subcommand)]
pub(crate) enum Selectors {
    /// Checks a pack and shows every mistake at once
    Lint {
        /// The pack's folder; the built-in pack where absent
        dir: Option<PathBuf>,
    },
    /// Says in words what a flow does
    Show {
        /// The flow; all where absent
        flow: Option<String>,
    },
    /// Writes the built-in pack as files
    Eject {
        /// A folder that does not exist yet
        dir: PathBuf,
    },
}

/// An id, or `last`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum IdArg<T> {
    /// The newest.
    Last,
    /// This one.
    Id(T),
}

impl<T: std::str::FromStr> std::str::FromStr for IdArg<T> {
    type Err = T::Err;

    fn from_str(text: &str) -> Result<Self, T::Err> {
        if text == "last" { Ok(Self::Last) } else { text.to_uppercase().parse().map(Self::Id) }
    }
}

fn practice_help() -> String {
    format!(
        "What can go wrong with --fault:\n{}\n\nExample: exeunt practice --people 60 --write-export Connections.csv",
        Fault::grammar()
    )
}
