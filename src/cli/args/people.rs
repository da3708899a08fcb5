//! What `import`, `list` and `keep` take, and the flags that say who is meant.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::number;
use crate::plan::count_range::CountRange;
use crate::plan::sorting::Sorting;

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
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = number::day)]
    pub(crate) connected_before: Option<jiff::civil::Date>,
    /// Connected after this day
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = number::day)]
    pub(crate) connected_after: Option<jiff::civil::Date>,
    /// A condition in SQL on slug, first_name, last_name, company, position, connected_on
    #[arg(long, value_name = "SQL")]
    pub(crate) r#where: Option<String>,
    /// Messages to and fro: `none`, `some`, `3`, `3+` or `1-5`; so with the three below
    #[arg(long, value_name = "HOW MANY")]
    pub(crate) messages: Option<CountRange>,
    /// Invitations between you that the export names
    #[arg(long, value_name = "HOW MANY")]
    pub(crate) invitations: Option<CountRange>,
    /// Endorsements that they gave you
    #[arg(long, value_name = "HOW MANY")]
    pub(crate) endorsements: Option<CountRange>,
    /// Recommendations that they wrote for you
    #[arg(long, value_name = "HOW MANY")]
    pub(crate) recommendations: Option<CountRange>,
    /// The order: `name`, `company`, `position`, `connected` or `slug`; `-connected` for the newest first
    #[arg(long, value_name = "BY", allow_hyphen_values = true)]
    pub(crate) sort: Option<Sorting>,
}

/// `list`.
#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    pub(crate) who: Who,
    /// Only people whom no export names and a scan saw
    #[arg(long)]
    pub(crate) only_on_the_site: bool,
    /// Shows the columns, each with an example
    #[arg(long)]
    pub(crate) fields: bool,
    /// `table` for reading, `csv` for a spreadsheet, `json` for a program
    #[arg(long, value_name = "FORMAT", hide_possible_values = true)]
    pub(crate) format: Option<Format>,
}

/// How people are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Table,
    Csv,
    Json,
}

/// `keep`.
#[derive(Debug, Subcommand)]
pub(crate) enum Keep {
    /// Adds people; asks when a name fits several
    #[command(after_help = "Example: exeunt keep add jane-doe 'John Roe' --reason family")]
    Add {
        /// Slugs (the last part of a profile's address), addresses or names
        #[arg(required = true, value_name = "SLUG|URL|NAME")]
        who: Vec<String>,
        /// Why, for your own memory
        #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
        reason: String,
    },
    /// Adds everybody of a list or table, all or none
    #[command(after_help = "Example: exeunt keep import family.txt --reason family")]
    Import {
        /// Slugs or profile addresses, one a line, or our own CSV with a `keep` column; `-` reads standard input
        #[arg(value_name = "FILE|-")]
        file: PathBuf,
        /// Why, for your own memory
        #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
        reason: String,
    },
    /// Takes people off the list
    #[command(after_help = "Example: exeunt keep remove jane-doe")]
    Remove {
        /// Slugs (the last part of a profile's address), addresses or names
        #[arg(required = true, value_name = "SLUG|URL|NAME")]
        who: Vec<String>,
    },
    /// Shows the list
    #[command(after_help = "Example: exeunt keep list --json")]
    List,
}
