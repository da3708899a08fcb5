//! Which browser a case runs with.
//!
//! A *kind* of case is something of which the drivers could make something different: that people leave, that a page changed,
//! that an account is closed. Each kind runs with both drivers in every run. Its *variants* differ in what the site does, not
//! in what a driver does, so each variant runs with one of them: neighbours in the list with different ones, and a seed says
//! which comes first. Of a kind with four variants or more, two runs share the pairs of neighbours, except of the kinds of
//! [`WHOLE`]. Every variant meets both within a few runs, and all meet both in `scripts/soak`.
//!
//! `scripts/test` takes the seed from `tests/seed` (as `SEED_OF_EXEUNT`): what passes in one place is what runs in another, and
//! each landing brings another number. Without it the time is the seed. Each drawing prints it, so a failed test's output names it;
//! `EXEUNT_SEED=N` gives it back. Where drivers do differ (prompts, frames, covers, typing, lost sessions, pictures, downloads) a
//! test names both of them with [`BOTH`] and draws nothing.

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
    ("closing: before a person", &["a captcha", "hibernating"]),
    ("closing: browsers started", &["a closure", "hibernating", "a typed run", "nobody goes on"]),
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

/// The kinds of which every variant runs every time: what the program is for.
const WHOLE: [&str; 2] = ["people leave", "closing"];

/// Whether everything runs that takes too long for every change.
pub(crate) fn is_soak() -> bool {
    std::env::var_os("EXEUNT_SOAK").is_some()
}

/// The seed that was given back.
pub(crate) fn given_seed() -> Option<u64> {
    std::env::var("EXEUNT_SEED").ok().map(|seed| seed.parse().expect("EXEUNT_SEED is a number"))
}

/// This run's seed: the given one, or that of `tests/seed`, or the time.
pub(crate) fn run_seed() -> u64 {
    static SEED: OnceLock<u64> = OnceLock::new();
    let of_landing =
        || std::env::var("SEED_OF_EXEUNT").ok().map(|seed| seed.parse().expect("SEED_OF_EXEUNT is a number"));
    let of_time = || SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs();
    *SEED.get_or_init(|| given_seed().or_else(of_landing).unwrap_or_else(of_time))
}

/// Whether it is the turn of the nth of many variants in this run, where `of` runs share them; in the soak it always is.
///
/// It turns independently of the drivers where neighbours that differ in their driver have the same number.
pub(crate) fn is_turn(nth: usize, of: u64) -> bool {
    is_soak() || (nth as u64 + StdRng::seed_from_u64(run_seed()).random_range(0..of)).is_multiple_of(of)
}

/// The drivers that a variant of a kind runs with, none where another run has its turn; it says which.
pub(crate) fn of(kind: &str, variant: &str) -> Vec<Kind> {
    let (_, variants) = KINDS.iter().find(|(name, _)| *name == kind).unwrap_or_else(|| panic!("no kind `{kind}`"));
    let nth = variants.iter().position(|name| *name == variant);
    let nth = nth.unwrap_or_else(|| panic!("`{kind}` has no variant `{variant}`"));
    say(kind, variant, drawn(run_seed(), is_soak(), kind, (nth, is_shared(kind, variants.len()))))
}

/// The variants of a kind that one test tries one after the other, two or more, each that has its turn with its drivers.
pub(crate) fn each<T: Clone>(kind: &str, variants: impl IntoIterator<Item = T>) -> Vec<(Kind, T)> {
    let variants: Vec<T> = variants.into_iter().collect();
    let shared = is_shared(kind, variants.len());
    let drawn = variants.into_iter().enumerate().flat_map(|(nth, variant)| {
        let drivers = say(kind, &format!("variant {nth}"), drawn(run_seed(), is_soak(), kind, (nth, shared)));
        drivers.into_iter().map(move |driver| (driver, variant.clone()))
    });
    let drawn: Vec<(Kind, T)> = drawn.collect();
    assert!(BOTH.iter().all(|both| drawn.iter().any(|(driver, _)| driver == both)), "one variant alone draws nothing");
    drawn
}

/// The drivers of one variant of many, by its place among them; it always has its turn.
pub(crate) fn told(kind: &str, nth: usize, variant: &str) -> Vec<Kind> {
    say(kind, variant, drawn(run_seed(), is_soak(), kind, (nth, false)))
}

/// Whether a case that two tests try, one with each driver, has its turn with this one: one of them runs each time.
pub(crate) fn is_turn_of(driver: Kind, kind: &str, nth: usize, variant: &str) -> bool {
    told(kind, nth, variant).contains(&driver)
}

fn say(kind: &str, variant: &str, drivers: Vec<Kind>) -> Vec<Kind> {
    let names: Vec<&str> = drivers.iter().map(|driver| driver.as_str()).collect();
    let with = if names.is_empty() { "not this time".to_owned() } else { format!("with {}", names.join(" and ")) };
    println!("{kind}, {variant}: {with}; EXEUNT_SEED={} draws the same", run_seed());
    drivers
}

/// Whether two runs share the variants of a kind. Four are two pairs, and each pair has both drivers.
fn is_shared(kind: &str, variants: usize) -> bool {
    variants >= 4 && !WHOLE.contains(&kind)
}

fn drawn(seed: u64, is_soak: bool, kind: &str, (nth, shared): (usize, bool)) -> Vec<Kind> {
    // The kinds turn independently of each other.
    let own = kind.bytes().fold(seed, |sum, byte| sum.wrapping_mul(0x0100_0000_01b3).wrapping_add(u64::from(byte)));
    let mut chance = StdRng::seed_from_u64(own);
    let (first, other_turn) = (usize::from(chance.random::<bool>()), usize::from(chance.random::<bool>()));
    if is_soak {
        return BOTH.to_vec();
    }
    let has_turn = !shared || (nth / 2 + other_turn).is_multiple_of(2);
    if has_turn { vec![BOTH[(first + nth) % 2]] } else { Vec::new() }
}

#[test]
fn each_kind_meets_both_drivers_in_every_run_and_each_variant_within_a_few() {
    for (kind, variants) in KINDS {
        let shared = is_shared(kind, variants.len());
        for seed in 0..100 {
            let run: Vec<Kind> = (0..variants.len()).flat_map(|nth| drawn(seed, false, kind, (nth, shared))).collect();
            assert!(shared || run.len() == variants.len());
            assert!(BOTH.iter().all(|driver| run.contains(driver)), "{kind} with {seed}: {run:?}");
        }
        for nth in 0..variants.len() {
            let one = (nth, shared);
            assert_eq!(drawn(7, true, kind, one), BOTH);
            let met: Vec<Kind> = (0..24).flat_map(|seed| drawn(seed, false, kind, one)).collect();
            assert!(BOTH.iter().all(|driver| met.contains(driver)), "{kind}: {met:?}");
            assert_eq!(drawn(7, false, kind, one), drawn(7, false, kind, one), "a seed gives the drawing back");
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
