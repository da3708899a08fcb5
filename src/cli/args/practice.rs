//! What `practice` takes.

use std::path::PathBuf;

use clap::Args;
use jiff::SignedDuration;

use super::number;
use crate::event::id::Slug;
use crate::practice::fault::Fault;
use crate::practice::scenario::{Language, Latency, SignIn, Ui};
use crate::practice::vary::Family;

/// `practice`.
#[derive(Debug, Args)]
pub(crate) struct Practice {
    /// The port; without it a free one
    #[arg(long, value_name = "PORT", default_value_t = 0, hide_default_value = true, value_parser = number::port)]
    pub(crate) port: u16,
    /// How many people are in the network; 60 unless you say otherwise
    #[arg(long, value_name = "N", default_value_t = 60, hide_default_value = true, value_parser = number::network)]
    pub(crate) people: usize,
    /// In which generation a page is served, such as `profile=ember-2020,connections=sdui-2025`
    #[arg(long, value_name = "PAGE=GENERATION,…")]
    pub(crate) ui: Option<Ui>,
    /// The language of the pages; `en` unless you say otherwise
    #[arg(long, value_name = "LANG", default_value = "en", hide_default_value = true)]
    pub(crate) lang: Language,
    /// Something that goes wrong, such as `429@connections:3`; may be given several times
    #[arg(long, value_name = "SPEC")]
    pub(crate) fault: Vec<Fault>,
    /// Draws what is not known of the real pages: a seed, dimensions such as `card=li`, or both as `17,card=li`
    #[arg(long, value_name = "SEED[,WHAT=HOW…]")]
    pub(crate) vary: Option<Family>,
    /// Another seed gives other people and other moods
    #[arg(long, value_name = "N", default_value_t = 1, hide_default_value = true, value_parser = number::seed)]
    pub(crate) seed: u64,
    /// Whose account it is
    #[arg(long, value_name = "SLUG")]
    pub(crate) me: Option<Slug>,
    /// `form` (of 2026) or `classic` asks visitors to sign in, with the user and password that are printed
    #[arg(long, value_name = "HOW")]
    pub(crate) sign_in: Option<SignIn>,
    /// How long the archive of the data takes, such as `5s` or `10m`; 2 s unless you say otherwise
    #[arg(long, value_name = "TIME", default_value = "2s", hide_default_value = true, value_parser = number::delay)]
    pub(crate) export_delay: SignedDuration,
    /// How quick the pages are: `realistic`, `fixed` (140 ms a removal, for measuring) or `none`
    #[arg(long, value_name = "HOW", default_value = "realistic", hide_default_value = true)]
    pub(crate) latency: Latency,
    /// Writes the people as an official Connections.csv
    #[arg(long, value_name = "FILE")]
    pub(crate) write_export: Option<PathBuf>,
}

/// The faults and an example.
pub(super) fn help() -> String {
    format!(
        "What can go wrong with --fault:\n{}\n\nWhat is drawn with --vary:\n{}\nExample: exeunt practice --people 60 --write-export Connections.csv",
        Fault::grammar(),
        Family::grammar()
    )
}
