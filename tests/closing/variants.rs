//! Every way in which the site has asked, and may ask, before it closes an account: each ends it exactly once.

use exeunt::event::state::EffectState;
use exeunt::practice::scenario::{Scenario, Ui};

use super::bed::{BOTH, Bed, quick};
use crate::support::engines;

/// One way in which the pages ask.
pub(crate) struct Variant {
    pub(crate) name: &'static str,
    generation: &'static str,
}

/// All of them.
pub(crate) const VARIANTS: [Variant; 4] = [
    Variant { name: "the pages of 2026", generation: "sdui-2026" },
    Variant { name: "the three pages of 2022", generation: "sdui-2025" },
    Variant { name: "the two pages of 2017", generation: "ember-2020" },
    Variant { name: "password and code before the reason", generation: "contacts-2014" },
];

impl Variant {
    pub(crate) fn ui(&self) -> Ui {
        format!("settings={0},close={0}", self.generation).parse().unwrap()
    }
}

#[test]
fn a_live_run_closes_exactly_once_in_every_variant() {
    for (kind, variant) in engines::each("closing", &VARIANTS) {
        let bed = std::sync::Arc::new(Bed::new(kind, Scenario { ui: variant.ui(), ..quick() }));
        let done = close(&bed, &["--reason", "privacy"]);
        let told = || format!("{} in {kind:?}: {}", variant.name, done.told());
        assert_eq!(done.code, Some(0), "{}", told());
        assert_eq!(bed.happened().iter().filter(|kind| *kind == "closed").count(), 1, "{}", told());
        assert!(!bed.happened().iter().any(|kind| kind == "unsubscribed"), "{}", told());
        assert_eq!(bed.state(), Some(EffectState::Done), "{}", told());
        let until = done.last()["until"].as_str().unwrap_or_else(|| panic!("no day: {}", told())).to_owned();
        let day: jiff::civil::Date = until.parse().unwrap();
        assert!(day > jiff::Zoned::now().date(), "{until}");
        assert!(done.err.contains("the public address: still there before, gone now"), "{}", told());
        let verified = bed.run(&["evidence", "verify", "last"]);
        assert_eq!(verified.code, Some(0), "{}", verified.told());
    }
}

#[test]
fn what_is_asked_for_reaches_the_site() {
    let bed = std::sync::Arc::new(Bed::new(BOTH[0], quick()));
    let done = close(&bed, &["--reason", "other", "--comment", "I am done, thank you.", "--unsubscribe"]);
    assert_eq!(done.code, Some(0), "{}", done.told());
    assert!(bed.happened().iter().any(|kind| kind == "unsubscribed"), "{:?}", bed.happened());
}

#[test]
fn hibernating_hides_once_and_is_no_closure() {
    for kind in engines::of("closing: before a person", "hibernating") {
        // The browsers of this case are started as users start them.
        let bed = Bed::new(kind, quick()).real();
        let rehearsed = bed.run(&["hibernate"]);
        assert_eq!((rehearsed.code, bed.happened()), (Some(0), vec![]), "{}", rehearsed.told());
        let answers = [("Type the account", bed.handle()), ("  password: ", bed.password())];
        let done = bed.answered(&["hibernate", "--live", "--without-data"], &answers);
        assert_eq!(done.code, Some(0), "{}", done.told());
        assert_eq!(bed.happened(), ["hibernated"], "{}", done.told());
        assert_eq!(bed.run(&["scan"]).code, Some(5));
    }
}

/// Closes the account as a person who knows the password and reads the mailed code.
pub(crate) fn close(bed: &std::sync::Arc<Bed>, more: &[&str]) -> super::bed::Done {
    let arguments = [&["close", "--live", "--without-data"], more].concat();
    let (at, mut left) = (std::sync::Arc::clone(bed), bed.closes(&bed.password()));
    left.truncate(2);
    bed.sitting(&arguments, move |line, _| {
        if line.contains("  code: ") {
            return vec![at.mailed_code()];
        }
        if line.contains("  password: ") {
            return vec![at.password()];
        }
        match left.iter().position(|(words, _)| line.contains(words)) {
            Some(found) => vec![left.remove(found).1],
            None => vec![],
        }
    })
}
