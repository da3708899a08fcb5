//! Closing on a family of sites: pages that are drawn anew in everything that the facts leave open (`practice --vary`).
//!
//! Whatever is drawn: the account is closed once and proved, or nothing is closed and the run says why. Where something harmful
//! stands on the way it is not clicked, and nothing is closed. The soak tries 150 seeds with each driver. `EXEUNT_SEED=N` draws the
//! seeds of another run again, `EXEUNT_VARY=SEED[,WHAT=HOW]` tries that drawing and no other.

use std::sync::Arc;

use exeunt::browser::binary::Kind;
use exeunt::event::state::EffectState;
use exeunt::practice::scenario::Scenario;
use exeunt::practice::vary::{CLOSE_HARM, DIMENSIONS, Family};

use super::bed::{Bed, Done, quick};
use crate::support::engines;

/// Each driver tries so many seeds, and so many in the soak.
const SEEDS: u64 = 3;
const SOAK_SEEDS: u64 = 150;

/// A site as the family draws it.
fn drawn(kind: Kind, family: &str) -> Arc<Bed> {
    let family: Family = family.parse().unwrap();
    Arc::new(Bed::new(kind, Scenario { vary: family.into(), ..quick() }))
}

/// Acts as a person who types a wrong password so many times, and the right one then.
fn acts(bed: &Arc<Bed>, (deed, wrong): (&str, usize), more: &[&str]) -> Done {
    let arguments = [&[deed, "--live", "--without-data"], more].concat();
    let (at, mut left) = (Arc::clone(bed), bed.closes(&bed.password()));
    left.truncate(2);
    let mut typed = 0;
    bed.sitting(&arguments, move |line, _| {
        if line.contains("  password: ") {
            typed += 1;
            return vec![if typed <= wrong { "not-the-password".to_owned() } else { at.password() }];
        }
        match left.iter().position(|(words, _)| line.contains(words)) {
            Some(found) => vec![left.remove(found).1],
            None => vec![],
        }
    })
}

/// What the site did, beside what a wrong password is told as; fails where anything harmful was pressed.
fn deeds(bed: &Bed, told: &str) -> usize {
    let happened: Vec<String> = bed.happened().into_iter().filter(|kind| kind != "password-wrong").collect();
    let deed = |kind: &String| kind == "closed" || kind == "hibernated";
    assert!(happened.iter().all(deed), "{happened:?}\n{told}");
    assert!(happened.len() <= 1, "{happened:?}\n{told}");
    happened.len()
}

/// Closes or hibernates on the site that a family draws. Why it was not done, where it was not.
fn tried(kind: Kind, family: &str, nth: u64) -> Option<String> {
    let bed = drawn(kind, family);
    let deed = if nth % 4 == 3 { "hibernate" } else { "close" };
    let wrong = usize::try_from(nth % 3).unwrap();
    let more: &[&str] = &["--comment", "I have other plans."];
    let done = acts(&bed, (deed, wrong), more);
    let told = format!("{kind}, {deed} with {wrong} wrong passwords, --vary {family}\n{}", done.told());
    let deeds = deeds(&bed, &told);
    if done.code == Some(0) {
        assert_eq!((bed.state(), deeds), (Some(EffectState::Done), 1), "{told}");
        return None;
    }
    assert_eq!(deeds, 0, "{told}");
    println!("{told}");
    Some(done.last()["reason"].as_str().unwrap_or_default().to_owned())
}

fn family(kind: Kind) {
    if let Ok(drawing) = std::env::var("EXEUNT_VARY") {
        assert_eq!(tried(kind, &drawing, 0), None, "{kind}, --vary {drawing}");
        return;
    }
    let base = engines::run_seed().wrapping_mul(1_000) % 1_000_000_000 + if kind == Kind::Firefox { 500 } else { 0 };
    let seeds = if engines::is_soak() { SOAK_SEEDS } else { SEEDS };
    let mut stopped = vec![];
    for nth in 0..seeds {
        let seed = base + nth;
        let why = tried(kind, &seed.to_string(), nth);
        println!("{kind}, closing, --vary {seed}: {}", why.as_deref().unwrap_or("done"));
        stopped.extend(why.map(|why| (seed, why)));
    }
    let done = seeds - stopped.len() as u64;
    println!("{kind}, closing: {done} of {seeds} done, seeds {base} to {}", base + seeds - 1);
    // 98 of a hundred in the soak. A few seeds say nothing about a share: that most of them are done is what they can show.
    let most = if engines::is_soak() { seeds * 2 / 100 } else { seeds / 3 };
    assert!(stopped.len() as u64 <= most, "{kind}: {stopped:#?}");
}

#[test]
fn an_account_is_closed_on_any_site_in_chrome() {
    family(Kind::Chrome);
}

#[test]
fn an_account_is_closed_on_any_site_in_firefox() {
    family(Kind::Firefox);
}

#[test]
fn nothing_harmful_is_pressed_on_the_way_to_closing() {
    let harm = DIMENSIONS.iter().find(|dimension| dimension.name == CLOSE_HARM).unwrap();
    let harms = harm.options[1..].iter().copied();
    for (nth, (kind, harm)) in engines::each("closing: a family's harm", harms).into_iter().enumerate() {
        let seed = engines::run_seed() % 1_000_000 + nth as u64;
        let family = format!("{seed},{CLOSE_HARM}={harm}");
        let bed = drawn(kind, &family);
        let done = acts(&bed, ("close", 0), &["--comment", "I have other plans."]);
        let told = format!("{kind}, --vary {family}\n{}", done.told());
        assert_eq!(deeds(&bed, &told), 0, "{told}");
        // Only where the last button itself was pressed does anything stay in doubt.
        let codes: &[i32] = if harm == "dialog" { &[8] } else { &[3, 4] };
        assert!(done.code.is_some_and(|code| codes.contains(&code)), "{told}");
        assert!(!done.last()["reason"].as_str().unwrap_or_default().is_empty(), "{told}");
    }
}

/// One site of the family, how often a wrong password is typed, and what must come of it: the exit code and words.
struct Case(&'static str, usize, i32, &'static str);

#[test]
fn what_another_hand_found_is_right_on_the_sites_that_show_it() {
    let cases = [
        Case("close-refusal=field", 3, 4, "not done: password refused"),
        Case("close-refusal=beside", 2, 0, "asked once more"),
        // The field for the password is still full: what the page says then is kept nowhere.
        Case("close-harm=dialog", 0, 8, "a dialog is open that says `<withheld"),
        Case("close-harm=dialog-early", 0, 3, "Are you sure? Your connections will be lost."),
        Case("rail=none", 0, 0, "closed"),
        Case("rail=in-place", 0, 0, "closed"),
        Case("farewell=sorry", 0, 0, "gone now"),
        Case("farewell=long", 0, 0, "counted"),
        Case("close-order=verify-first,picture=initials", 1, 0, "closed"),
        Case("close-order=verify-late", 2, 0, "closed"),
        Case("close-order=verify-late", 3, 4, "not done: password refused"),
        Case("close-body=shadow,close-comment=required", 0, 0, "closed"),
    ];
    for (kind, Case(family, wrong, code, says)) in
        engines::each("closing: what another hand found", cases.map(Arc::new))
            .into_iter()
            .map(|(kind, case)| (kind, Case(case.0, case.1, case.2, case.3)))
    {
        let bed = drawn(kind, family);
        let done = acts(&bed, ("close", wrong), &["--comment", "I have other plans."]);
        let told = format!("{kind}, --vary {family}, {wrong} wrong\n{}", done.told());
        assert_eq!((done.code, deeds(&bed, &told)), (Some(code), usize::from(code == 0)), "{told}");
        assert!(done.told().contains(says), "`{says}` is not said: {told}");
        let typed = bed.happened().iter().filter(|kind| *kind == "password-wrong").count();
        assert_eq!(typed, wrong, "{told}");
    }
}

#[test]
fn a_rehearsal_finds_what_keeps_the_last_button_off() {
    let cases = [
        ("close-harm=must-tick", 4, "I understand that this cannot be undone"),
        ("close-harm=twins", 3, "2 elements fit"),
        ("close-comment=required", 4, "--comment"),
    ];
    for (kind, (family, code, says)) in engines::each("closing: before the password", cases) {
        let bed = drawn(kind, family);
        let done = bed.run(&["close"]);
        assert_eq!(done.code, Some(code), "{kind}, {family}: {}", done.told());
        assert!(done.told().contains(says), "{kind}, {family}: {}", done.told());
        let live = acts(&bed, ("close", 0), &[]);
        assert_eq!(live.code, Some(code), "{kind}, {family}: {}", live.told());
        assert!(!live.err.contains("  password: "), "nobody was asked for the password: {}", live.told());
        assert_eq!(bed.happened(), Vec::<String>::new(), "{kind}, {family}");
    }
}
