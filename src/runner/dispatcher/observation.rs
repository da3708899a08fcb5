//! The observation of one person: what was read, what it was held against, and what was done, as a file beside the
//! pictures.
//!
//! It only puts together what others kept; it writes nothing.

use super::Dispatcher;
use super::dispatcher_state::Trail;
use super::record::Words;
use crate::browser::page::Document;
use crate::event::id::Slug;
use crate::evidence::observation::{Assertion, Command, Observation, PageRead};
use crate::runner::walk::notes::Track;

impl Dispatcher<'_> {
    pub(super) fn observation(&self, slug: &Slug, trail: Trail, words: &Words) -> Observation {
        let mut assertions = of_readings(slug, &trail.read);
        assertions.extend(trail.assertions);
        Observation {
            v: 1,
            slug: slug.clone(),
            name_shown: reading(&trail.read, ".name").unwrap_or_default().to_owned(),
            account_read: self.handle.as_ref().map(ToString::to_string).unwrap_or_default(),
            at: self.clock.now(),
            zone: self.order.started.zone.clone(),
            page: page_read(trail.page.unwrap_or_default()),
            assertions,
            commands: trail.tracks.into_iter().map(command).collect(),
            redactions: trail.redactions,
            exit_state: words.state.clone(),
            why: words.why.clone(),
        }
    }
}

fn reading<'a>(read: &'a [(String, String)], ending: &str) -> Option<&'a str> {
    read.iter().find(|(what, _)| what.ends_with(ending)).map(|(_, value)| value.as_str())
}

/// What can be told from the readings alone: each time the identity was read it is the same, a name was shown, and which
/// dialog was answered.
fn of_readings(slug: &Slug, read: &[(String, String)]) -> Vec<Assertion> {
    let mut assertions: Vec<Assertion> =
        read.iter().filter(|(what, _)| what.ends_with(".slug")).map(|(what, value)| same(what, slug, value)).collect();
    if let Some(name) = reading(read, ".name") {
        assertions.push(Assertion {
            what: "the name beside the identity".to_owned(),
            expected: "any name".to_owned(),
            seen: name.to_owned(),
            pass: !name.trim().is_empty(),
        });
    }
    if let Some((what, name)) = read.iter().find(|(what, _)| what.ends_with(".dialog")) {
        assertions.push(Assertion {
            what: what.clone(),
            expected: "the dialog that the first click opened, passed by the guard".to_owned(),
            seen: name.clone(),
            pass: true,
        });
    }
    assertions
}

fn same(what: &str, slug: &Slug, value: &str) -> Assertion {
    let pass = value.parse::<Slug>().is_ok_and(|read| read == *slug);
    Assertion { what: what.to_owned(), expected: slug.to_string(), seen: value.to_owned(), pass }
}

pub(in crate::runner) fn page_read(page: Document) -> PageRead {
    PageRead {
        requested: page.address.clone().into(),
        arrived: page.address.into(),
        title: page.title,
        status: page.http_status,
        generation: page.generation.unwrap_or_default(),
        language: page.language,
        viewport: (whole(page.viewport.0), whole(page.viewport.1)),
        pixel_ratio_thousandths: whole(page.viewport.2 * 1_000.0),
        scroll: (0, 0),
    }
}

fn command(track: Track) -> Command {
    Command {
        step: track.step,
        source: track.place,
        started: track.started,
        ended: track.ended,
        result: track.result,
        alternative: track.winner,
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to what a screen can have")]
fn whole(number: f64) -> u32 {
    number.round().clamp(0.0, 1_000_000.0) as u32
}
