//! What may be typed: commands, flags, and an example for each.

mod account;
mod archive;
mod config;
mod leave;
mod number;
mod people;
mod practice;
mod proof;
mod replay;
mod schedule;
mod work;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use self::account::{Forget, Login, Logout, Password};
pub(crate) use self::archive::SaveData;
pub(crate) use self::config::Config;
pub(crate) use self::leave::{Leave, Reason};
pub(crate) use self::people::{Format, Import, Keep, List, Who};
pub(crate) use self::practice::Practice;
pub(crate) use self::proof::{Checked, Evidence, Export, NamesArg, Purge, Selectors};
pub(crate) use self::replay::{PackArg, Replay};
pub(crate) use self::schedule::{Install, Months, Remove, Schedule, Shares, Show, TimerKind};
pub(crate) use self::work::{
    Against, Driving, Incident, PaceArg, Plan, PlanNew, PlanShow, Resolution, Resolve, Run, Scan,
};
use crate::event::id::{AccountName, PlanId};

/// Takes people out of your LinkedIn network in paced batches, and keeps proof of every step.
#[derive(Debug, Parser)]
#[command(name = "exeunt", version, propagate_version = true, disable_help_subcommand = true)]
#[command(
    after_help = "Where things stand:          exeunt\nTry it without an account:   exeunt demo\nOn your own, step by step:   exeunt import Connections.csv, exeunt plan new --edit, exeunt run last\n\nA rehearsal is the default everywhere: nothing is removed without --live."
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    /// What is to be done; none: it is said where things stand.
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// Flags that every command takes, before or after its name.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Everywhere")]
pub(crate) struct Global {
    /// Your own name for the account; `default` unless you say otherwise
    #[arg(long, global = true, value_name = "NAME", default_value = "default", hide_default_value = true)]
    pub(crate) account: AccountName,
    /// Whether the account was named on the command line.
    #[arg(skip)]
    pub(crate) is_account_named: bool,
    /// Where ledger, evidence and browser profiles are kept
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,
    /// A settings file instead of the one in your settings folder
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// A folder with a flow pack instead of the built-in one
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) selectors: Option<PathBuf>,
    /// The practice site's address, as `exeunt practice` prints it; loopback only
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) origin: Option<String>,
    /// `chrome` (through chromedriver) or `firefox` (through geckodriver)
    #[arg(long, global = true, value_name = "BROWSER", hide_possible_values = true)]
    pub(crate) browser: Option<BrowserArg>,
    /// A driver that runs already: chromedriver, geckodriver, Selenium Grid
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
    /// Print the answer and what went wrong, nothing else
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    /// Say more, for finding faults; -vv and -vvv: even more
    #[arg(long, short, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
}

/// The browsers that can be driven.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum BrowserArg {
    Chrome,
    Firefox,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Shows the whole way on a practice site, from import to report
    #[command(after_help = "Example: exeunt demo --headed")]
    Demo,
    /// Serves the practice site on this computer
    #[command(after_help = practice::help())]
    Practice(Practice),
    /// Says what is missing, and how to mend it
    #[command(after_help = "Example: exeunt doctor --browser firefox")]
    Doctor,
    /// Opens a browser window to sign in, and remembers whose account it is
    #[command(
        after_help = "Example: exeunt login --browser firefox\n         exeunt login --reopen    goes back to an account that was closed"
    )]
    Login(Login),
    /// Signs out on the site and deletes the browser profile
    #[command(after_help = "Example: exeunt logout\n         exeunt logout --local    when the site cannot be reached")]
    Logout(Logout),
    /// Deletes what is kept of an account: people, plans, ledger, browser profile
    #[command(after_help = "Example: exeunt forget --account old --keep-evidence")]
    Forget(Forget),
    /// Reads the official export: Connections.csv, or the whole zip
    #[command(after_help = "Example: exeunt import ~/Downloads/Basic_LinkedInDataExport_11-22-2026.zip")]
    Import(Import),
    /// Reads the live connections list, with the page's own total as the check
    #[command(
        after_help = "Example: exeunt scan               reads all of it\n         exeunt scan --limit 20    a look at the first rows"
    )]
    Scan(Scan),
    /// Shows the people that were imported
    #[command(after_help = "Example: exeunt list --company '~consult' --connected-before 2016-01-01")]
    List(List),
    /// People who are never touched
    #[command(subcommand, after_help = "Example: exeunt keep add jane-doe --reason 'my sister'")]
    Keep(Keep),
    /// Plans: who, how fast, and what an approval binds
    #[command(subcommand, after_help = "Example: exeunt plan new --action remove --company '~consult'")]
    Plan(Plan),
    /// Rehearses a plan, or with --live carries it out
    #[command(
        after_help = "Example: exeunt run P4K           rehearses it\n         exeunt run P4K --live    carries it out"
    )]
    Run(Run),
    /// When a plan's shares are due, and what starts them
    #[command(subcommand, after_help = "Example: exeunt schedule show P4K\n         exeunt schedule install P4K")]
    Schedule(Schedule),
    /// Says where things stand, also while another process is working
    #[command(
        after_help = "Example: exeunt status --json\n         exeunt status --watch    shows every change until Ctrl-C, or until everything is done\n         exeunt status --all      every account"
    )]
    Status {
        /// Every account of the data folder, one after another
        #[arg(long, conflicts_with = "watch")]
        all: bool,
        /// Goes on showing it until Ctrl-C, or until nobody is left
        #[arg(long)]
        watch: bool,
    },
    /// Holds everything until `resume` or a day, over reboots too
    #[command(
        after_help = "Example: exeunt pause\n         exeunt pause --until 2027-01-07    goes on by itself with that day"
    )]
    Pause {
        /// The day with which it goes on by itself
        #[arg(long, value_name = "YYYY-MM-DD", value_parser = number::day)]
        until: Option<jiff::civil::Date>,
    },
    /// Lets a paused account go on
    #[command(after_help = "Example: exeunt resume")]
    Resume,
    /// Ends a plan for good; what was not begun will not be
    #[command(after_help = "Example: exeunt stop P4K")]
    Stop {
        /// Its id, or `last`
        plan: IdArg<PlanId>,
    },
    /// Signs from the site to stop, and the way past them
    #[command(subcommand, after_help = "Example: exeunt incident show last")]
    Incident(Incident),
    /// Settles a person who is in doubt, after you looked yourself
    #[command(after_help = "Example: exeunt resolve jane-doe --as done --reason 'her profile offers to connect again'")]
    Resolve(Resolve),
    /// Asks the site for the archive of your data, and takes it in when it is ready
    #[command(
        after_help = "Example: exeunt save-data                      asks, or looks, or takes it in: run it again any time\n         exeunt save-data --wait               the same, and waits for it with the browser closed\n         exeunt save-data --scope connections  the connections alone, in some ten minutes"
    )]
    SaveData(SaveData),
    /// Rehearses closing the account, or with --live closes it, once
    #[command(
        after_help = "Example: exeunt close           walks up to the last button, and says what it saw\n         exeunt close --live    closes the account"
    )]
    Close(Leave),
    /// Rehearses hiding the account, or with --live hides it: signing in brings it back
    #[command(after_help = "Example: exeunt hibernate --live")]
    Hibernate(Leave),
    /// Walks an earlier `close` or `hibernate` again, as a rehearsal, and says step by step what is different
    #[command(
        after_help = "Example: exeunt replay last\n         exeunt replay R7M --pack current    with the pack of today"
    )]
    Replay(Replay),
    /// Keeps the account's password in the system's keyring, for closing the account only
    #[command(subcommand, after_help = "Example: exeunt password keep")]
    Password(Password),
    /// The proof: whether it is whole, and a report to read
    #[command(subcommand, after_help = "Example: exeunt evidence verify last")]
    Evidence(Evidence),
    /// The pack: files that say where things are on the pages
    #[command(subcommand, after_help = "Example: exeunt selectors lint ./my-pack")]
    Selectors(Selectors),
    /// The settings: what they are, where each was set, and whether they are right
    #[command(subcommand, after_help = "Example: exeunt config show")]
    Config(Config),
    /// Prints what a shell needs to complete this program's commands and flags
    #[command(
        after_help = "Example: exeunt completions bash > ~/.local/share/bash-completion/completions/exeunt\n         exeunt completions zsh > ~/.zfunc/_exeunt\n         exeunt completions fish > ~/.config/fish/completions/exeunt.fish"
    )]
    Completions {
        /// `bash`, `elvish`, `fish`, `powershell` or `zsh`
        #[arg(hide_possible_values = true)]
        shell: clap_complete::Shell,
    },
    /// Prints the manual page, or writes one page for each command into a folder
    #[command(
        after_help = "Example: exeunt man | man -l -\n         exeunt man ~/.local/share/man/man1    one page a command: man exeunt-plan-new"
    )]
    Man {
        /// The folder; pages of ours that are there already are replaced
        dir: Option<PathBuf>,
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
