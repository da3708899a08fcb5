//! Which browser a case runs with.
//!
//! A *kind* of case is something of which the drivers could make something different: that people leave, that a page changed,
//! that an account is closed. Each kind runs with both drivers in every run. Its *variants* differ in what the site does, not
//! in what a driver does, so each variant runs with one of them: neighbours in the list with different ones, and a seed says
//! which comes first. Every variant meets both within a few runs, and all meet both in `scripts/soak`.
//!
//! The seed differs from run to run, and each drawing prints it, so a failed test's output names it; `EXEUNT_SEED=N` gives
//! it back. Where drivers do differ (prompts, frames, covers, typing, lost sessions, pictures, downloads) a test names both
//! of them with [`BOTH`] and draws nothing.

use std::sync::OnceLock;
use std::time::SystemTime;

use exeunt::browser::binary::Kind;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

/// Both drivers, where a case runs with both in every run.
pub(crate) const BOTH: [Kind; 2] = [Kind::Chrome, Kind::Firefox];

/// The kinds of case whose variants take turns. Each has two variants or more, so that both drivers have one.
const KINDS: &[(&str, &[&str])] = &[
    (
        "people leave",
        &[
            "the list of 2020",
            "the list of 2025",
            "the list of 2026",
            "profiles of 2020",
            "profiles of 2026",
            "profiles of 2020 beside a list of 2026",
        ],
    ),
    ("who is no connection", &["old pages", "new pages"]),
    ("a day on the pages", &["the list", "profiles", "a changed page"]),
    ("a click that is lost", &["never made", "made later"]),
    (
        "a page that is not as it was",
        &[
            "no dialog",
            "another name",
            "other words",
            "twins",
            "swapped",
            "stale",
            "places change",
            "a name like a sign",
            "German",
            "a search that hides",
            "a request that is one too many",
            "a notice in unknown words",
            "a sign that the pack left out",
        ],
    ),
    ("a notice of success", &["said=toast", "said=status", "said=toast,toasts=dialog", "said=toast,dialog=ember"]),
    ("what a stop leaves", &["Ctrl-C once", "Ctrl-C twice"]),
    ("a pack that does not fit", &["a renamed item", "a saved page"]),
    ("a list that is read whole", &["connections=sdui-2026", "connections=sdui-2025", "connections=ember-2020"]),
    ("weeks", &["a share and a wait", "two accounts"]),
    ("closing: in the way", &["premium@close", "no-password@close", "renamed-button@close"]),
    ("closing: signs to stop", &["signed-out@close:2", "429@close", "captcha@close", "other-account@close"]),
    ("closing: forms elsewhere", &["elsewhere@close", "elsewhere-host@close"]),
    (
        "closing: all the same",
        &["moved@close", "cookie-banner@close", "wrong-password@close", "code@close", "a device approves"],
    ),
    ("closing: nobody knows", &["answer-never@close", "no-op@close"]),
    ("closing: cut off", &["killed", "ctrl-c"]),
    ("closing: afterwards", &["all is refused", "the way back"]),
    ("replay: what changed", &["the pages", "the way there", "the order", "a deed"]),
    ("saving", &["connections alone", "a password", "a broken archive", "a wait"]),
    (
        "practice: pages of people",
        &[
            "the list of 2025",
            "a removal through the list",
            "a list that goes on",
            "a removal through the profile",
            "the Me menu",
            "quirks",
            "no question",
        ],
    ),
    ("practice: pages of leaving", &["no answer", "an app approves", "hibernating"]),
    ("pages that a person answers", &["a captcha", "a device"]),
    ("signing in", &["without the tick", "sdui-2025", "ember-2020"]),
];

/// Whether everything runs that takes too long for every change.
pub(crate) fn is_soak() -> bool {
    std::env::var_os("EXEUNT_SOAK").is_some()
}

/// The seed that was given back.
pub(crate) fn given_seed() -> Option<u64> {
    std::env::var("EXEUNT_SEED").ok().map(|seed| seed.parse().expect("EXEUNT_SEED is a number"))
}

/// This run's seed: the given one, or the time.
pub(crate) fn run_seed() -> u64 {
    static SEED: OnceLock<u64> = OnceLock::new();
    *SEED.get_or_init(|| given_seed().unwrap_or_else(|| SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs()))
}

/// Whether it is the turn of the nth of many variants in this run, where `of` runs share them; in the soak it always is.
///
/// It turns independently of the drivers where neighbours that differ in their driver have the same number.
pub(crate) fn is_turn(nth: usize, of: u64) -> bool {
    is_soak() || (nth as u64 + StdRng::seed_from_u64(run_seed()).random_range(0..of)).is_multiple_of(of)
}

/// The drivers that a variant of a kind runs with; it says which.
pub(crate) fn of(kind: &str, variant: &str) -> Vec<Kind> {
    let (_, variants) = KINDS.iter().find(|(name, _)| *name == kind).unwrap_or_else(|| panic!("no kind `{kind}`"));
    let nth = variants.iter().position(|name| *name == variant);
    told(kind, nth.unwrap_or_else(|| panic!("`{kind}` has no variant `{variant}`")), variant)
}

/// The variants of a kind that one test tries one after the other, two or more, each with its drivers.
pub(crate) fn each<T: Clone>(kind: &str, variants: impl IntoIterator<Item = T>) -> Vec<(Kind, T)> {
    let drawn = variants.into_iter().enumerate().flat_map(|(nth, variant)| {
        told(kind, nth, &format!("variant {nth}")).into_iter().map(move |driver| (driver, variant.clone()))
    });
    let drawn: Vec<(Kind, T)> = drawn.collect();
    assert!(BOTH.iter().all(|both| drawn.iter().any(|(driver, _)| driver == both)), "one variant alone draws nothing");
    drawn
}

/// The same for one variant of many, by its place among them.
pub(crate) fn told(kind: &str, nth: usize, variant: &str) -> Vec<Kind> {
    let drawn = drawn(run_seed(), is_soak(), kind, nth);
    let names: Vec<&str> = drawn.iter().map(|driver| driver.as_str()).collect();
    println!("{kind}, {variant}: with {}; EXEUNT_SEED={} draws the same", names.join(" and "), run_seed());
    drawn
}

fn drawn(seed: u64, is_soak: bool, kind: &str, nth: usize) -> Vec<Kind> {
    // The kinds turn independently of each other.
    let own = kind.bytes().fold(seed, |sum, byte| sum.wrapping_mul(0x0100_0000_01b3).wrapping_add(u64::from(byte)));
    let first = usize::from(StdRng::seed_from_u64(own).random::<bool>());
    if is_soak { BOTH.to_vec() } else { vec![BOTH[(first + nth) % 2]] }
}

#[test]
fn each_kind_meets_both_drivers_in_every_run_and_each_variant_within_a_few() {
    for (kind, variants) in KINDS {
        for seed in 0..100 {
            let run: Vec<Kind> = (0..variants.len()).flat_map(|nth| drawn(seed, false, kind, nth)).collect();
            assert_eq!(run.len(), variants.len());
            assert!(BOTH.iter().all(|driver| run.contains(driver)), "{kind} with {seed}: {run:?}");
        }
        for nth in 0..variants.len() {
            assert_eq!(drawn(7, true, kind, nth), BOTH);
            let met: Vec<Kind> = (0..12).flat_map(|seed| drawn(seed, false, kind, nth)).collect();
            assert!(BOTH.iter().all(|driver| met.contains(driver)), "{kind}: {met:?}");
            assert_eq!(drawn(7, false, kind, nth), drawn(7, false, kind, nth), "a seed gives the drawing back");
        }
    }
}

/// A kind that nobody draws from is a case that nobody runs.
#[test]
fn each_kind_is_drawn_from_by_a_test() {
    let tests = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut text = String::new();
    for folder in std::fs::read_dir(&tests).unwrap().map(|entry| entry.unwrap().path()).chain([tests.clone()]) {
        for file in std::fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path()) {
            if file.extension().is_some_and(|extension| extension == "rs") && !file.ends_with("support/engines.rs") {
                text += &std::fs::read_to_string(file).unwrap();
            }
        }
    }
    for (kind, variants) in KINDS {
        assert!(text.contains(&format!("\"{kind}\"")), "no test draws from `{kind}`");
        for variant in *variants {
            assert!(text.contains(&format!("\"{variant}\"")), "no test draws for `{kind}`, `{variant}`");
        }
    }
}
