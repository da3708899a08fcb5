//! A captcha on the way: a person answers it in the browser's own window, and the program only waits.

use std::sync::Arc;

use super::bed::{Bed, quick};
use super::screen::Screen;
use crate::support::engines;
use exeunt::practice::scenario::Scenario;

#[test]
fn a_person_answers_a_captcha_in_the_window() {
    for kind in engines::of("closing: before a person", "a captcha") {
        let screen = Screen::new();
        let scenario = Scenario { faults: vec!["captcha@close:1".parse().unwrap()], ..quick() };
        let mut bed = Bed::new(kind, scenario);
        bed.display = Some(screen.display.clone());
        let hands = Arc::new(screen);
        let person = Arc::clone(&hands);
        let done = bed.sitting(&["--headed", "close"], move |line, _| {
            if line.contains("YOUR TURN") {
                person.window("Let.*do a quick security check");
                // The frame's button is the only thing on the page that takes the keyboard.
                person.press(&["Tab", "Return"]);
            }
            vec![]
        });
        assert_eq!(done.code, Some(0), "{}", done.told());
        assert_eq!(bed.happened(), ["challenge-answered"], "{}", done.told());
        assert!(bed.ledger().0.incidents(&bed.ledger().1).unwrap().is_empty(), "nothing is latched");
    }
}
