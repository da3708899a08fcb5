//! What a report is made from, and how its people are spread over its pages.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::event::id::{Digest, IncidentId, Realm, Slug};
use crate::event::link::Entry;
use crate::evidence::run_folder::Finished;
use crate::evidence::step::StepRecord;
use crate::report::closure::Closure;
use crate::report::story::{Person, Story};

/// What the report is made from. Its pages lie in the run's folder, in `report/`.
#[derive(Debug, Clone)]
pub struct ReportInput<'a> {
    /// The run's facts, in the order of the chain.
    pub entries: &'a [Entry],
    /// The run's manifest, if it was written; it says how large each picture is.
    pub proof: Option<&'a Finished>,
    /// People's names as the ledger has them.
    pub names: &'a BTreeMap<Slug, String>,
    /// The zone of all times shown.
    pub zone: TimeZone,
    /// The records of a walk's steps by their paths; empty where there are none.
    pub records: &'a BTreeMap<String, StepRecord>,
    /// Who is missing since an alarm of the run, a line each, where the list was read whole after it.
    pub missing: &'a BTreeMap<IncidentId, Vec<String>>,
    /// How many removals were allowed in 24 hours, where there was such a cap.
    pub cap: Option<u32>,
}

/// What every page is drawn from.
pub(super) struct View<'a> {
    pub(super) input: &'a ReportInput<'a>,
    pub(super) story: &'a Story,
    /// What happened to the account itself, if that is what the run was for.
    pub(super) closure: Option<&'a Closure>,
    pub(super) sheets: Vec<Sheet<'a>>,
}

/// At most fifty people of one day.
pub(super) struct Sheet<'a> {
    pub(super) path: String,
    pub(super) date: Date,
    /// Which sheet of the day, from 1, and how many the day has.
    pub(super) part: (usize, usize),
    pub(super) people: Vec<&'a Person>,
}

impl View<'_> {
    /// The flags with which a command means the account of this run, with a space before each. What else a command needs, such
    /// as the data folder, is of one machine and has no place in a report.
    pub(super) fn flags(&self) -> String {
        let started = self.story.started.as_ref().filter(|started| started.realm == Realm::Practice);
        started.map_or_else(String::new, |started| format!(" --origin {}", started.origin)) + &self.account_flag()
    }

    /// The same for a command that looks at what is kept.
    pub(super) fn account_flag(&self) -> String {
        let started = self.story.started.as_ref().filter(|started| started.account.as_str() != "default");
        started.map_or_else(String::new, |started| format!(" --account {}", started.account))
    }

    /// Where a person is shown, relative to the index.
    pub(super) fn place_of(&self, slug: &Slug) -> String {
        let sheet = self.sheets.iter().find(|sheet| sheet.people.iter().any(|person| person.slug == *slug));
        format!("{}#{}", sheet.map_or("", |sheet| &sheet.path), anchor(slug))
    }
}

/// The id of a person's part of a page: made of nothing that the person chose.
pub(super) fn anchor(slug: &Slug) -> String {
    format!("p-{}", Digest::of(slug.as_str().as_bytes()).short())
}
