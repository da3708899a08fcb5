//! The report as pages: an index, and a page for each day and each fifty people of it.
//!
//! The pages need no script and no network, work from a folder, and hold every outside text as text: maud escapes it,
//! [`super::escape`] spells out what could hide or turn the line around, and the policy in the head forbids everything
//! but this page's own style and pictures of the same folder.

mod account;
mod compared;
mod day;
mod frame;
mod index;
mod misfit;
mod person;
mod steps;
mod style;
pub mod summary;
mod view;

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;

pub use self::view::ReportInput;
use self::view::{Sheet, View};
use super::closure::Closure;
use super::moment;
use super::story::{Person, Story};

/// More people than this make a page slow to open and tiring to read.
pub const PEOPLE_A_PAGE: usize = 50;

/// One page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Its file name in the folder `report`.
    pub path: String,
    /// Its content.
    pub html: String,
}

/// All pages of a run's report; the first is `index.html`.
#[must_use]
pub fn pages(input: &ReportInput<'_>) -> Vec<Page> {
    let story = Story::of(input.entries, input.names);
    let closure = Closure::of(input.entries);
    // What happens to the account itself has a page of its own, without people.
    let days = if closure.is_some() { BTreeMap::new() } else { days(&story, &input.zone) };
    let view = View { input, story: &story, closure: closure.as_ref(), sheets: sheets(&days) };
    let mut pages = vec![Page { path: "index.html".into(), html: index::page(&view).into_string() }];
    for (at, sheet) in view.sheets.iter().enumerate() {
        pages.push(Page { path: sheet.path.clone(), html: day::page(&view, at).into_string() });
    }
    if let Some(closure) = &closure {
        pages.push(Page { path: steps::PATH.into(), html: steps::page(&view, closure).into_string() });
        if let Some(compared) = &closure.compared {
            pages.push(Page { path: compared::PATH.into(), html: compared::page(&view, compared).into_string() });
        }
    }
    pages
}

fn days<'a>(story: &'a Story, zone: &TimeZone) -> BTreeMap<Date, Vec<&'a Person>> {
    let mut days: BTreeMap<Date, Vec<&Person>> = BTreeMap::new();
    for person in &story.people {
        days.entry(moment::date(person.last(), zone)).or_default().push(person);
    }
    days
}

fn sheets<'a>(days: &BTreeMap<Date, Vec<&'a Person>>) -> Vec<Sheet<'a>> {
    let mut sheets = Vec::new();
    for (date, people) in days {
        let parts = people.chunks(PEOPLE_A_PAGE).count();
        for (at, people) in people.chunks(PEOPLE_A_PAGE).enumerate() {
            let path = if at == 0 { format!("{date}.html") } else { format!("{date}-{}.html", at + 1) };
            sheets.push(Sheet { path, date: *date, part: (at + 1, parts), people: people.to_vec() });
        }
    }
    sheets
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::event::exit::Ending;
    use crate::event::fact::{Fact, Gate, Mode, Public, RunState, Verdict as GateVerdict};
    use crate::event::id::{Action, percent_encode};
    use crate::event::id::{Digest, Slug};
    use crate::event::shot::ShotRole;
    use crate::event::state::EffectState;
    use crate::evidence::run_folder::{self, write_report};
    use crate::evidence::sample::Sample;
    use crate::evidence::verify::{Verdict, verify};

    const HOSTILE: [&str; 6] = [
        "<script>alert(1)</script>",
        "</style><img src=x onerror=alert(1)>",
        "javascript:alert(1)",
        "\u{202e}exe.yppah\u{202c}",
        "\"><svg onload=alert(1)>",
        "\x1b[2J\0 &amp; Söhne",
    ];

    /// Three days of removals with everything that can happen on the way.
    fn run(root: &Path, people: usize) -> (Sample, BTreeMap<Slug, String>) {
        let mut sample = Sample::begun(root, Mode::Live);
        let given = ["Jane Doe", "Jörg Müller", "李小龍", "עברית כהן", "Ana-María Ñúñez", "O’Neill 🎈", "Søren Å"];
        let mut names = BTreeMap::new();
        let (run, handle) = (sample.run.clone(), "me-myself".parse().unwrap());
        sample.push(Fact::AccountSeen { run, handle, name: "Sam Sample".into() });
        for at in 0..people {
            let slug = format!("person-{at}");
            let name = HOSTILE
                .get(at.wrapping_sub(2))
                .map_or_else(|| format!("{} {at}", given[at % 7]), |name| (*name).to_owned());
            names.insert(slug.parse().unwrap(), name);
            let fate = match at {
                5 => EffectState::NeedsHuman,
                9 => EffectState::Mismatch,
                13 => EffectState::AlreadyGone,
                at if at + 3 > people => EffectState::Done,
                _ => EffectState::Confirmed,
            };
            sample.removal(&slug, fate);
            sample.wait(if at % 20 == 19 { 80_000 } else { 140 + (at as i64 * 37) % 500 });
        }
        (sample, names)
    }

    fn ended(sample: &mut Sample) {
        let run = sample.run.clone();
        let shots = vec![
            sample
                .bundle
                .keep_shot(None, ShotRole::Incident, &crate::evidence::sample::row("x", ShotRole::Confirm))
                .unwrap(),
        ];
        let why = "\"You’ve reached the weekly limit\" <b>now</b>".to_owned();
        let address = "http://127.0.0.1:8000/mynetwork/".to_owned();
        sample.push(Fact::Incident {
            incident: "I2X".parse().unwrap(),
            run: run.clone(),
            sign: "limit notice".into(),
            why,
            address,
            shots,
            until: None,
        });
        sample.push(Fact::RunMoved { run: run.clone(), state: RunState::Latched, why: "a sign to stop".into() });
        sample.push(Fact::RunEnded { run, result: Ending::Stopped, why: "the site showed a limit notice".into() });
    }

    fn report(sample: &Sample, names: &BTreeMap<Slug, String>) -> Vec<Page> {
        let finished = sample.finish();
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        pages(&ReportInput {
            entries: &sample.entries(),
            proof: Some(&finished),
            names,
            zone,
            records: &BTreeMap::new(),
            missing: &BTreeMap::new(),
            cap: Some(20),
        })
    }

    /// What a page names in `href` and `src`.
    fn addresses(html: &str) -> Vec<&str> {
        let after = |mark| html.split(mark).skip(1).map(|rest| rest.split('"').next().unwrap());
        after("href=\"").chain(after("src=\"")).collect()
    }

    #[test]
    fn every_address_leads_to_a_page_a_picture_or_the_guide_beside_it() {
        let temp = tempfile::tempdir().unwrap();
        let (mut sample, names) = run(&temp.path().join("e"), 45);
        ended(&mut sample);
        let pages = report(&sample, &names);
        let folder = sample.bundle.path().join("report");
        for page in &pages {
            write_report(sample.bundle.path(), &page.path, page.html.as_bytes()).unwrap();
        }
        assert_eq!(pages.iter().map(|page| &page.path[..]).collect::<Vec<_>>()[..2], ["index.html", "2026-11-20.html"]);
        let mut pictures = 0;
        for page in &pages {
            for address in addresses(&page.html) {
                let (path, anchor) = address.split_once('#').unwrap_or((address, ""));
                assert!(folder.join(path).is_file(), "{address}");
                pictures += usize::from(path.ends_with(".png"));
                let target = pages.iter().find(|page| page.path == path);
                assert!(anchor.is_empty() || target.unwrap().html.contains(&format!("id=\"{anchor}\"")), "{address}");
            }
        }
        // 42 of 45 with three pictures, one with one, one with one and one with three, each linked and shown.
        assert_eq!(pictures, 2 * (43 * 3 + 2 + 1));
        assert_eq!(verify(sample.bundle.path(), None), Verdict::ValidNoTime, "the report is not part of the proof");
    }

    #[test]
    fn hostile_names_are_text() {
        let temp = tempfile::tempdir().unwrap();
        let mut sample = Sample::begun(&temp.path().join("e"), Mode::Live);
        let mut names = BTreeMap::new();
        for (at, name) in HOSTILE.into_iter().enumerate() {
            let slug = percent_encode(
                &name.replace(|c: char| c.is_control() || c.is_whitespace() || "/\\?#%".contains(c), ""),
            );
            let fate = if at % 2 == 0 { EffectState::NeedsHuman } else { EffectState::Mismatch };
            sample.removal(&slug, fate);
            sample.moved(&slug.parse().unwrap(), (EffectState::Done, EffectState::NeedsHuman), name, vec![]);
            names.insert(slug.parse().unwrap(), name.to_owned());
        }
        for page in report(&sample, &names) {
            let html = &page.html;
            assert_eq!(html.matches("<script").count() + html.matches("<img src=x").count(), 0);
            assert_eq!((html.matches("</style>").count(), html.matches("<svg").count() <= 2), (1, true));
            assert!(addresses(html).iter().all(|address| !address.contains(':')), "an address has a scheme");
            assert!(!html.chars().any(|c| c.is_control() && c != '\n' || ('\u{202a}'..='\u{202e}').contains(&c)));
        }
    }

    /// A closure to its end, with texts of the page that are not to be trusted.
    fn closure(root: &Path, hostile: &str) -> (Sample, Vec<Page>) {
        let mut sample = Sample::closing(root, Mode::Live);
        let (run, me): (_, Slug) = (sample.run.clone(), "me-myself".parse().unwrap());
        let gate = |gate: &str, verdict, why: &str| Gate { gate: gate.into(), verdict, why: why.into() };
        let gates = vec![
            gate("archive", GateVerdict::Pass, "the larger archive, taken 2 days ago"),
            gate("premium", GateVerdict::Waived, hostile),
        ];
        sample.push(Fact::AccountSeen { run: run.clone(), handle: me.clone(), name: format!("Sam {hostile}") });
        sample.push(Fact::GatesRead { run: run.clone(), gates, inputs: BTreeMap::new() });
        sample.public(Public::StillThere, hostile);
        sample.moved(&me, (EffectState::Approved, EffectState::Precheck), "the settings are open", vec![]);
        for (number, step) in ["open-settings", "warning", "reason", "password"].into_iter().enumerate() {
            sample.walked(number as u32 + 1, step, Some("<p>page</p>"));
        }
        let before = sample.shot(&me, ShotRole::Before);
        sample.moved(&me, (EffectState::Precheck, EffectState::Intent), hostile, vec![before]);
        sample.moved(&me, (EffectState::Intent, EffectState::Acted), "the click landed", vec![]);
        let after = sample.shot(&me, ShotRole::After);
        sample.moved(&me, (EffectState::Verifying, EffectState::Done), "the end page, and signed out", vec![after]);
        sample.public(Public::Gone, "the page says that there is no such profile");
        sample.push(Fact::AccountClosed {
            run: Some(run),
            action: Action::Close,
            handle: me,
            until: Some(jiff::civil::date(2026, 12, 6)),
            counted: false,
            words: format!("Your account has been closed. {hostile}"),
        });
        let finished = sample.finish();
        let records = run_folder::records(sample.bundle.path()).unwrap();
        let (zone, names) = (TimeZone::get("Europe/Berlin").unwrap(), BTreeMap::new());
        let entries = sample.entries();
        let input = ReportInput {
            entries: &entries,
            proof: Some(&finished),
            names: &names,
            zone,
            records: &records,
            missing: &BTreeMap::new(),
            cap: None,
        };
        let pages = pages(&input);
        (sample, pages)
    }

    /// A rehearsal that repeats an earlier run.
    fn replay(root: &Path, text: &str) -> (Sample, Vec<Page>) {
        let mut sample = Sample::closing(root, Mode::Rehearsal);
        let run = sample.run.clone();
        let of = "R2A".parse().unwrap();
        sample.push(Fact::Repeats {
            run,
            of,
            manifest_sha256: Digest::of(b"manifest"),
            kept_pack: true,
            browser: format!("Old {text}"),
        });
        sample.walked(1, "row", Some("<p>page</p>"));
        sample.push(Fact::Compared(Box::new(crate::report::replay::tests::compared(text))));
        let finished = sample.finish();
        let records = run_folder::records(sample.bundle.path()).unwrap();
        let (names, entries) = (BTreeMap::new(), sample.entries());
        let pages = pages(&ReportInput {
            entries: &entries,
            proof: Some(&finished),
            names: &names,
            zone: TimeZone::get("Europe/Berlin").unwrap(),
            records: &records,
            missing: &BTreeMap::new(),
            cap: None,
        });
        (sample, pages)
    }

    #[test]
    fn a_replay_shows_both_columns_and_what_differs() {
        let temp = tempfile::tempdir().unwrap();
        let (_sample, pages) = replay(&temp.path().join("e"), "Close account");
        let paths: Vec<&str> = pages.iter().map(|page| page.path.as_str()).collect();
        assert_eq!(paths, ["index.html", "steps.html", "compared.html"]);
        let [index, compared] = [&pages[0].html, &pages[2].html];
        assert!(index.contains("Replay of run R2A: 3 steps: 1 changed, 1 same, 1 not walked."), "{index}");
        assert!(index.contains("compared.html#compared-2") && compared.contains("id=\"compared-2\""));
        for part in [
            "3.14 %",
            "its second way now, its first way before",
            "10 × 10 and 10 × 20 points",
            "Then",
            "Now",
            "Old Close account",
            "not walked",
            "steps/01-row/step.png",
        ] {
            assert!(index.contains(part) || compared.contains(part), "{part}");
        }
    }

    #[test]
    fn hostile_texts_of_a_replay_are_text() {
        for hostile in HOSTILE {
            let temp = tempfile::tempdir().unwrap();
            let (_sample, pages) = replay(&temp.path().join("e"), hostile);
            for page in pages {
                let html = &page.html;
                assert_eq!(html.matches("<script").count() + html.matches("<img src=x").count(), 0);
                assert!(addresses(html).iter().all(|address| !address.contains(':')), "an address has a scheme");
                assert!(!html.chars().any(|c| c.is_control() && c != '\n' || ('\u{202a}'..='\u{202e}').contains(&c)));
            }
        }
    }

    #[test]
    fn a_closure_shows_every_step_in_order_and_what_the_end_page_said() {
        let temp = tempfile::tempdir().unwrap();
        let (sample, pages) = closure(&temp.path().join("e"), "nothing special");
        let folder = sample.bundle.path().join("report");
        for page in &pages {
            write_report(sample.bundle.path(), &page.path, page.html.as_bytes()).unwrap();
        }
        assert_eq!(pages.iter().map(|page| &page.path[..]).collect::<Vec<_>>(), ["index.html", "steps.html"]);
        let [index, steps] = [&pages[0].html, &pages[1].html];
        assert!(index.contains("The account is closed; signing in until 6 December 2026 reopens it."), "{index}");
        for part in ["Your account has been closed.", "still there", "no such profile", "waived", "2 days ago"] {
            assert!(index.contains(part), "{part}");
        }
        assert!(!index.contains("in your connections") && !index.contains("Pace"), "words about people");
        let places: Vec<_> = ["1. ", "2. ", "3. ", "4. "].map(|n| steps.find(&format!("<h3>{n}"))).to_vec();
        assert!(places.is_sorted() && places[0].is_some(), "{places:?}");
        for part in ["its first way", "You will lose your connections", "input[type=password]", "as expected"] {
            assert!(steps.contains(part), "{part}");
        }
        let mut pictures = 0;
        for page in &pages {
            for address in addresses(&page.html) {
                let path = address.split_once('#').map_or(address, |(path, _)| path);
                assert!(folder.join(path).is_file(), "{address}");
                pictures += usize::from(path.ends_with(".png"));
                assert!(!path.ends_with("page.html"), "a page of the site is opened nowhere");
            }
        }
        assert_eq!(pictures, 2 * (4 + 2 + 2), "four steps, two looks, before and after; each linked and shown");
    }

    #[test]
    fn what_a_closures_pages_said_is_text() {
        for hostile in HOSTILE {
            let temp = tempfile::tempdir().unwrap();
            let (_sample, pages) = closure(&temp.path().join("e"), hostile);
            for Page { html, path } in pages {
                assert_eq!(html.matches("<script").count() + html.matches("<img src=x").count(), 0, "{path}");
                assert_eq!((html.matches("</style>").count(), html.matches("<svg").count()), (1, 0), "{path}");
                assert!(addresses(&html).iter().all(|address| !address.contains(':')), "an address has a scheme");
                let steers = |c: char| c.is_control() && c != '\n' || ('\u{202a}'..='\u{202e}').contains(&c);
                assert!(!html.chars().any(steers), "{path}");
            }
        }
    }

    #[test]
    fn nine_hundred_people_are_many_small_pages() {
        let temp = tempfile::tempdir().unwrap();
        let mut sample = Sample::begun(&temp.path().join("e"), Mode::Live);
        for at in 0..120 {
            let slug: Slug = format!("p{at}").parse().unwrap();
            sample.moved(&slug, (EffectState::Verifying, EffectState::Done), "", vec![]);
        }
        let names = BTreeMap::new();
        let zone = TimeZone::UTC;
        let pages = pages(&ReportInput {
            entries: &sample.entries(),
            proof: None,
            names: &names,
            zone,
            records: &BTreeMap::new(),
            missing: &BTreeMap::new(),
            cap: None,
        });
        let paths: Vec<&str> = pages.iter().map(|page| &page.path[..]).collect();
        assert_eq!(paths, ["index.html", "2026-11-20.html", "2026-11-20-2.html", "2026-11-20-3.html"]);
        assert!(pages[1].html.contains("50 people") && pages[3].html.contains("20 people"));
        assert!(pages[0].html.contains("The manifest of this run is not written yet"));
    }

    #[test]
    fn the_policy_names_the_hash_of_the_very_style() {
        use base64::Engine as _;
        let temp = tempfile::tempdir().unwrap();
        let (sample, names) = run(&temp.path().join("e"), 3);
        for page in report(&sample, &names) {
            let style = page.html.split_once("<style>").unwrap().1.split_once("</style>").unwrap().0;
            let hash = base64::prelude::BASE64_STANDARD.encode(Digest::of(style.as_bytes()).0);
            assert!(page.html.contains(&format!("style-src 'sha256-{hash}'")));
            assert!(!page.html.contains(" style="), "a style attribute would be refused");
        }
    }
}
