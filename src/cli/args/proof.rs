//! What `evidence` and `selectors` take.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::number;
use super::work::Driving;
use crate::event::id::Slug;

/// `evidence`.
#[derive(Debug, Subcommand)]
pub(crate) enum Evidence {
    /// Shows all runs with evidence
    #[command(after_help = "Example: exeunt evidence list")]
    List,
    /// Says whether a run's evidence, or a file that was made of it, is whole and unchanged
    #[command(
        after_help = "Example: exeunt evidence verify P4K\n         exeunt evidence verify bundle.zip    a file that `evidence export` wrote"
    )]
    Verify {
        /// A run, a plan (its newest run), `last`, which it is unless you say otherwise, or a file that ends with `.zip`
        #[arg(value_name = "RUN|PLAN|last|FILE.zip", default_value = "last", hide_default_value = true)]
        run: String,
    },
    /// Says what a run's evidence holds
    #[command(after_help = "Example: exeunt evidence show last")]
    Show {
        /// A run, a plan (its newest run), or `last`, which it is unless you say otherwise
        #[arg(value_name = "RUN|PLAN|last", default_value = "last", hide_default_value = true)]
        run: String,
    },
    /// Writes the report and says where it is
    #[command(after_help = "Example: exeunt evidence report last")]
    Report {
        /// A run, a plan (its newest run), or `last`, which it is unless you say otherwise
        #[arg(value_name = "RUN|PLAN|last", default_value = "last", hide_default_value = true)]
        run: String,
    },
    /// Adds a file of yours, such as a confirmation mail, and seals the evidence again
    #[command(after_help = "Example: exeunt evidence attach last ~/Downloads/closed.eml")]
    Attach {
        /// A run, a plan (its newest run), or `last`
        #[arg(value_name = "RUN|PLAN|last")]
        run: String,
        /// The file; it is kept as it is
        file: PathBuf,
    },
    /// Deletes pictures and readings; their hashes stay, so that the rest can still be checked
    #[command(
        after_help = "Example: exeunt evidence purge R7M\n         exeunt evidence purge --older-than 365    leaves closed accounts as they are"
    )]
    Purge(Purge),
    /// Writes a run's evidence into one file for somebody else, without other people's names unless you say so
    #[command(after_help = "Example: exeunt evidence export last --out bundle.zip")]
    Export(Export),
}

/// `evidence export`.
#[derive(Debug, Args)]
pub(crate) struct Export {
    /// A run, a plan (its newest run), or `last`
    #[arg(value_name = "RUN|PLAN|last")]
    pub(crate) run: String,
    /// The zip file to write; it must not be there yet
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// How much of other people is in it: `full`, `initials` or `hidden`; initials unless you say otherwise
    #[arg(
        long,
        value_name = "HOW",
        default_value = "initials",
        hide_default_value = true,
        hide_possible_values = true
    )]
    pub(crate) names: NamesArg,
}

/// How much of other people is handed out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum NamesArg {
    Full,
    Initials,
    Hidden,
}

/// `evidence purge`.
#[derive(Debug, Args)]
pub(crate) struct Purge {
    /// A run, a plan (its newest run), or `last`; without one all that are older than `evidence.keep_days`
    #[arg(value_name = "RUN|PLAN|last", conflicts_with = "older_than")]
    pub(crate) run: Option<String>,
    /// All runs that ended so many days ago, without those that closed an account
    #[arg(long, value_name = "DAYS", value_parser = number::days)]
    pub(crate) older_than: Option<u32>,
    /// Does it without asking
    #[arg(long)]
    pub(crate) yes: bool,
}

/// The person whose row or profile a saved page shows.
#[derive(Debug, Args)]
pub(crate) struct Person {
    /// The slug of somebody on the page, for targets that are one person's
    #[arg(long, value_name = "SLUG")]
    pub(crate) slug: Option<Slug>,
    /// That person's name as the page has it
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
}

impl Person {
    /// As the inputs of a flow.
    pub(crate) fn values(&self) -> BTreeMap<String, String> {
        let slug = self.slug.iter().map(|slug| ("slug".to_owned(), slug.to_string()));
        let name = self.name.iter().map(|name| ("name".to_owned(), name.clone()));
        slug.chain(name).collect()
    }
}

/// What a saved page is held against.
#[derive(Debug, Args)]
pub(crate) struct Checked {
    /// Which targets: those of `targets/NAME.toml`
    #[arg(long, value_name = "NAME")]
    pub(crate) page: String,
    /// The path or address of the page, where neither the file nor the pack says it
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) at: Option<String>,
    /// Open the page on the site, in the account's browser, instead of a file; it is only read
    #[arg(long)]
    pub(crate) live: bool,
    #[command(flatten)]
    pub(crate) driving: Driving,
    #[command(flatten)]
    pub(crate) person: Person,
}

/// `selectors`.
#[derive(Debug, Subcommand)]
pub(crate) enum Selectors {
    /// Checks a pack and shows every mistake at once
    #[command(after_help = "Example: exeunt selectors lint ./my-pack")]
    Lint {
        /// The pack's folder; the built-in pack where absent
        dir: Option<PathBuf>,
    },
    /// Says in words what a flow does
    #[command(after_help = "Example: exeunt selectors show remove-from-list")]
    Show {
        /// The flow; all where absent
        flow: Option<String>,
    },
    /// Says which way of each target fits a saved page, or the site's own; clicks nothing
    #[command(
        after_help = "Example: exeunt selectors check --page profile saved.html --slug jane-doe --name 'Jane Doe'\n         exeunt selectors check --page connections --live"
    )]
    Check {
        /// The page saved by a browser: HTML with the folder beside it, or a single file (MHTML)
        #[arg(required_unless_present = "live", conflicts_with = "live")]
        file: Option<PathBuf>,
        #[command(flatten)]
        asked: Checked,
    },
    /// Turns a recording of the browser into a draft flow: DevTools Recorder JSON, or a Selenium IDE project
    #[command(after_help = "Example: exeunt selectors import recording.json --into ./my-pack")]
    Import {
        /// The recording
        file: PathBuf,
        /// The pack's folder to write the draft into; shown only where absent
        #[arg(long, value_name = "DIR")]
        into: Option<PathBuf>,
        /// Which test of a Selenium IDE project is meant; where absent the first that has commands
        #[arg(long, value_name = "NAME")]
        test: Option<String>,
    },
    /// Prints the JSON Schema of a kind of file, for editors
    #[command(after_help = "Example: exeunt selectors schema flow > flow.schema.json")]
    Schema {
        /// `flow`, `site`, `targets` or `words`
        #[arg(default_value = "flow", hide_default_value = true)]
        kind: String,
    },
    /// Writes the built-in pack as files
    #[command(after_help = "Example: exeunt selectors eject ./my-pack")]
    Eject {
        /// A folder that does not exist yet
        dir: PathBuf,
    },
}
