//! Every stop sign, at four moments of a person's turn: the page that says whose account it is, the last look before an
//! intention, the first reading after the click, and the audit. Two moments are tried with one driver and two with the other,
//! and two runs share them: what a page says does not depend on the driver.
//!
//! Each time the run ends as it should, with a picture and with words on what to do; nobody is touched before a person has
//! cleared it; and afterwards the same command goes on and ends well.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::bed::{Bed, Done, Planned, quick};
use super::faults_pages::KIND;
use super::removals::{all_in, each_once, first, same_people};
use crate::support::engines;
use exeunt::browser::binary::Kind;
use exeunt::event::state::EffectState;

/// When a sign shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moment {
    /// On the page that says whose account it is.
    FirstLoad,
    /// On the page from which the person would be removed.
    BeforeIntent,
    /// On the page from which it is read whether the click had its effect.
    AfterClick,
    /// On the page that reads everybody once more.
    Audit,
}

use Moment::{AfterClick, Audit, BeforeIntent, FirstLoad};

impl Moment {
    /// Which load of the list it is in a run of one person, who is in that state before it.
    fn load(self, before: EffectState) -> u32 {
        let settled = u32::from(before != EffectState::Approved);
        match self {
            FirstLoad => 1,
            BeforeIntent => 2,
            AfterClick => 3,
            Audit => 4 - settled,
        }
    }

    /// How the run ends: the exit code, where the person stands, and whether the person was removed.
    fn leaves(self) -> (i32, EffectState, bool) {
        match self {
            FirstLoad | BeforeIntent => (5, EffectState::Approved, false),
            // Whether it happened is not known before somebody may look again.
            AfterClick => (8, EffectState::Verifying, true),
            Audit => (5, EffectState::Done, true),
        }
    }
}

/// A sign: the fault that shows it, what the program calls it, and words that its advice must hold.
struct Sign {
    fault: &'static str,
    name: &'static str,
    advice: [&'static str; 2],
}

const SIGNED_OUT: Sign = Sign { fault: "signed-out", name: "signed_out", advice: ["sign in again", "do not:"] };
const AUTHWALL: Sign = Sign { fault: "authwall", name: "signed_out", advice: ["sign in again", "do not:"] };
const TWO_STEP: Sign = Sign { fault: "two-step", name: "checkpoint", advice: ["your own browser", "do not:"] };
const LIMIT_DIALOG: Sign = Sign { fault: "limit-dialog", name: "limit_notice", advice: ["lower cap", "do not:"] };
/// The shell of the page comes and loads for ever: it is not known what it would be.
const LOADER: Sign = Sign { fault: "loader", name: "drift", advice: ["look at the picture", "do not:"] };
const CHECKPOINT: Sign = Sign { fault: "checkpoint", name: "checkpoint", advice: ["your own browser", "do not:"] };
const CAPTCHA: Sign = Sign { fault: "captcha", name: "captcha", advice: ["your own browser", "do not:"] };
const UNUSUAL: Sign = Sign { fault: "unusual", name: "something_not_right", advice: ["your own browser", "do not:"] };
const RESTRICTED: Sign = Sign { fault: "restricted", name: "restricted", advice: ["Do nothing", "do not:"] };
const LIMIT: Sign = Sign { fault: "limit-notice", name: "limit_notice", advice: ["lower cap", "do not:"] };
const OTHER: Sign = Sign { fault: "other-account", name: "other_account", advice: ["which account", "do not:"] };

/// The faults that have a test for each driver, neighbours with different ones.
const SIGNS: [&str; 13] = [
    "signed-out",
    "authwall",
    "checkpoint",
    "captcha",
    "two-step",
    "unusual",
    "limit-notice",
    "other-account",
    "limit-dialog",
    "loader",
    "restricted",
    "429",
    "999",
];

/// Whether this run tries the sign with this driver.
fn is_turn_of(kind: Kind, fault: &str) -> bool {
    let nth = SIGNS.iter().position(|sign| *sign == fault).unwrap_or_else(|| panic!("`{fault}` takes no turns"));
    engines::is_turn_of(kind, "a stop sign", nth, fault)
}

/// A bed whose account the program has seen, and a plan of one person.
fn ready(kind: Kind) -> (Bed, Planned) {
    let bed = Bed::new(kind, quick(40));
    let plan = bed.plan(&first(&bed.site.scenario, 1));
    (bed, plan)
}

/// Where the plan's one person stands; before the approval nobody does.
fn standing(bed: &Bed, plan: &Planned) -> EffectState {
    bed.states(plan).first().map_or(EffectState::Approved, |(_, state)| *state)
}

/// Runs the plan into a sign, and checks how that ends.
fn stopped(bed: &Bed, plan: &Planned, sign: &str, (fault, moment): (&str, Moment)) -> Done {
    let before = standing(bed, plan);
    bed.site.ask("POST /fault", &format!("{fault}@connections:{}", moment.load(before)));
    let live = bed.live(plan);
    let (code, state, removed) = moment.leaves();
    assert_eq!(live.code, Some(code), "{fault} at {moment:?}: {}", live.told());
    assert!(live.told().contains(sign), "{fault} at {moment:?}: {}", live.told());
    let stands = standing(bed, plan);
    assert!(stands == state || (moment == AfterClick && stands.in_flight()), "{fault} at {moment:?}: {stands}");
    let log = if removed { each_once(&plan.slugs) } else { [].into() };
    assert_eq!(bed.site.removed(), log, "{fault} at {moment:?}");
    untouched_while_it_holds(bed, plan, fault);
    whole(bed);
    live
}

/// Whatever is asked of it, the program asks nothing of the site while a stop holds.
fn untouched_while_it_holds(bed: &Bed, plan: &Planned, fault: &str) {
    let asked = bed.site.ask("GET /audit/all", "");
    for again in [bed.live(plan), bed.run(&["run", &plan.id])] {
        assert_eq!(again.code, Some(5), "{fault}: {}", again.told());
    }
    assert_eq!(bed.site.ask("GET /audit/all", ""), asked, "{fault}: the site was asked in spite of the stop");
}

/// The ledger's chain fits, and so does the proof of the run.
fn whole(bed: &Bed) {
    let verified = bed.run(&["evidence", "verify", "last"]);
    assert_eq!((verified.code, &verified.last()["verdict"]), (Some(0), &"VALID-NO-TIME".into()), "{}", verified.told());
}

/// The newest incident is open, of that sign, with a picture that is there and words that help.
fn shown(bed: &Bed, sign: &Sign) -> Value {
    let list = bed.run(&["incident", "list"]);
    let newest = list.last().clone();
    assert_eq!((list.code, &newest["sign"], &newest["cleared"]), (Some(0), &sign.name.into(), &Value::Null));
    let shown = bed.run(&["incident", "show", "last"]);
    assert_eq!(shown.code, Some(0), "{}", shown.told());
    let record = shown.last().clone();
    assert_eq!(record["incident"], newest["incident"]);
    let advice = record["advice"].to_string();
    assert!(sign.advice.iter().all(|words| advice.contains(words)), "{advice}");
    let shot = record["shots"][0]["path"].as_str().unwrap_or_else(|| panic!("no picture: {record}"));
    let (ledger, account) = bed.ledger();
    let run = ledger.incidents(&account).unwrap().pop().unwrap().run;
    let picture = bed.data().join("evidence/default/practice").join(run.as_str()).join(shot);
    image::open(&picture).unwrap_or_else(|error| panic!("{}: {error}", picture.display()));
    record
}

/// A sign that latches, at two moments one after the other, each cleared by a person.
fn latches(kind: Kind, sign: &Sign, moments: [Moment; 2]) {
    if !is_turn_of(kind, sign.fault) {
        return;
    }
    let (bed, plan) = ready(kind);
    for moment in moments {
        if sign.name == OTHER.name && moment == FirstLoad {
            // Whose account it is must be known before another one can be told.
            let seen = bed.run(&["run", &plan.id]);
            assert_eq!(seen.code, Some(0), "{}", seen.told());
        }
        stopped(&bed, &plan, sign.name, (sign.fault, moment));
        shown(&bed, sign);
        let cleared = bed.run(&["incident", "clear", "last", "--reason", "looked, and it was a test"]);
        assert_eq!(cleared.code, Some(0), "{}", cleared.told());
        let again = bed.run(&["incident", "clear", "last", "--reason", "again"]);
        assert_eq!(again.code, Some(2), "{}", again.told());
    }
    if moments == [FirstLoad, AfterClick] {
        goes_on(&bed, &plan);
    }
}

/// Once it is cleared, the same command goes on; others of these tests end before that, since it is always the same way.
fn goes_on(bed: &Bed, plan: &Planned) {
    let live = bed.live(plan);
    assert_eq!(live.code, Some(0), "{}", live.told());
    assert_eq!(bed.site.removed(), each_once(&plan.slugs));
    same_people(bed.states(plan), all_in(plan, EffectState::Confirmed));
    whole(bed);
}

#[test]
fn the_sign_in_page_latches_chromedriver() {
    latches(Kind::Chrome, &SIGNED_OUT, [FirstLoad, AfterClick]);
}

#[test]
fn the_sign_in_page_latches_geckodriver() {
    latches(Kind::Firefox, &SIGNED_OUT, [BeforeIntent, Audit]);
}

#[test]
fn a_checkpoint_with_a_code_latches_chromedriver() {
    latches(Kind::Chrome, &CHECKPOINT, [BeforeIntent, Audit]);
}

#[test]
fn a_checkpoint_with_a_code_latches_geckodriver() {
    latches(Kind::Firefox, &CHECKPOINT, [FirstLoad, AfterClick]);
}

#[test]
fn a_captcha_latches_chromedriver() {
    latches(Kind::Chrome, &CAPTCHA, [FirstLoad, Audit]);
}

#[test]
fn a_captcha_latches_geckodriver() {
    latches(Kind::Firefox, &CAPTCHA, [BeforeIntent, AfterClick]);
}

#[test]
fn something_not_right_latches_chromedriver() {
    latches(Kind::Chrome, &UNUSUAL, [BeforeIntent, AfterClick]);
}

#[test]
fn something_not_right_latches_geckodriver() {
    latches(Kind::Firefox, &UNUSUAL, [FirstLoad, Audit]);
}

#[test]
fn a_limit_notice_latches_chromedriver() {
    latches(Kind::Chrome, &LIMIT, [FirstLoad, AfterClick]);
}

#[test]
fn a_limit_notice_latches_geckodriver() {
    latches(Kind::Firefox, &LIMIT, [BeforeIntent, Audit]);
}

#[test]
fn another_account_latches_chromedriver() {
    latches(Kind::Chrome, &OTHER, [FirstLoad, AfterClick]);
}

#[test]
fn another_account_latches_geckodriver() {
    latches(Kind::Firefox, &OTHER, [BeforeIntent, Audit]);
}

#[test]
fn the_wall_for_strangers_latches_chromedriver() {
    latches(Kind::Chrome, &AUTHWALL, [BeforeIntent, AfterClick]);
}

#[test]
fn the_wall_for_strangers_latches_geckodriver() {
    latches(Kind::Firefox, &AUTHWALL, [FirstLoad, Audit]);
}

#[test]
fn a_second_step_latches_chromedriver() {
    latches(Kind::Chrome, &TWO_STEP, [FirstLoad, Audit]);
}

#[test]
fn a_second_step_latches_geckodriver() {
    latches(Kind::Firefox, &TWO_STEP, [BeforeIntent, AfterClick]);
}

#[test]
fn a_limit_dialog_latches_chromedriver() {
    latches(Kind::Chrome, &LIMIT_DIALOG, [BeforeIntent, Audit]);
}

#[test]
fn a_limit_dialog_latches_geckodriver() {
    latches(Kind::Firefox, &LIMIT_DIALOG, [FirstLoad, AfterClick]);
}

/// A page of which only the shell comes, before anything was sent: exit 3, latched, nobody touched.
fn never_loads(kind: Kind, moment: Moment) {
    if !is_turn_of(kind, LOADER.fault) {
        return;
    }
    let (bed, plan) = ready(kind);
    bed.site.ask("POST /fault", &format!("loader@connections:{}", moment.load(EffectState::Approved)));
    let live = bed.live(&plan);
    assert_eq!(live.code, Some(3), "{}", live.told());
    assert_eq!((standing(&bed, &plan), bed.site.removed()), (EffectState::Approved, [].into()));
    untouched_while_it_holds(&bed, &plan, "loader");
    whole(&bed);
    shown(&bed, &LOADER);
}

#[test]
fn a_page_that_never_loads_latches_chromedriver() {
    never_loads(Kind::Chrome, FirstLoad);
}

#[test]
fn a_page_that_never_loads_latches_geckodriver() {
    never_loads(Kind::Firefox, BeforeIntent);
}

#[test]
fn a_page_that_does_not_load_after_the_click_is_asked_again_and_never_read_as_gone() {
    let (bed, plan) = ready(Kind::Chrome);
    bed.site.ask("POST /fault", "loader@connections:3");
    let live = bed.live(&plan);
    assert_eq!(live.code, Some(0), "{}", live.told());
    let readings = live.lines.iter().filter(|line| line["fact"]["to"] == "VERIFYING").count();
    assert!(readings >= 2, "one reading was enough for a page without content: {}", live.told());
    assert_eq!(bed.site.removed(), each_once(&plan.slugs));
    same_people(bed.states(&plan), all_in(&plan, EffectState::Confirmed));
}

#[test]
fn a_person_who_is_named_like_a_stop_sign_stops_nothing() {
    for kind in engines::of(KIND, "a name like a sign") {
        let bed = Bed::new(kind, quick(60));
        let everybody: Vec<Value> = serde_json::from_str(&bed.site.ask("GET /people", "")).unwrap();
        let wolf = everybody.iter().find(|person| person["name"].as_str().unwrap().contains("security check"));
        let plan = bed.plan(&[wolf.unwrap()["slug"].as_str().unwrap().to_owned()]);
        let live = bed.live(&plan);
        assert_eq!(live.code, Some(0), "{}", live.told());
        assert_eq!(bed.site.removed(), each_once(&plan.slugs));
        whole(&bed);
    }
}

/// A restriction latches, and nobody clears it before the moment that its notice names.
fn restricts(kind: Kind, moment: Moment) {
    if !is_turn_of(kind, RESTRICTED.fault) {
        return;
    }
    let (bed, plan) = ready(kind);
    let live = stopped(&bed, &plan, RESTRICTED.name, (RESTRICTED.fault, moment));
    let record = shown(&bed, &RESTRICTED);
    let until: Timestamp = record["until"].as_str().unwrap_or_else(|| panic!("{record}")).parse().unwrap();
    let away = until.duration_since(Timestamp::now());
    assert!((23..=24).contains(&away.as_hours()), "the notice names a day from now, not {away:?}: {}", live.told());
    let early = bed.run(&["incident", "clear", "last", "--reason", "too early"]);
    assert_eq!(early.code, Some(5), "{}", early.told());
    let due: Timestamp = early.last()["due_at"].as_str().unwrap().parse().unwrap();
    assert_eq!(due.duration_since(until).abs().as_secs(), 0, "{}", early.told());
    untouched_while_it_holds(&bed, &plan, RESTRICTED.fault);
}

#[test]
fn a_restriction_latches_until_its_date_chromedriver() {
    restricts(Kind::Chrome, FirstLoad);
    restricts(Kind::Chrome, AfterClick);
}

#[test]
fn a_restriction_latches_until_its_date_geckodriver() {
    restricts(Kind::Firefox, BeforeIntent);
    restricts(Kind::Firefox, Audit);
}

/// A page that says "too many requests" is answered with two hours of silence, and no incident.
fn cools(kind: Kind, fault: &str, moment: Moment) {
    if !is_turn_of(kind, fault) {
        return;
    }
    let (bed, plan) = ready(kind);
    stopped(&bed, &plan, "too_many_requests", (fault, moment));
    let again = bed.live(&plan);
    let due: Timestamp = again.last()["due_at"].as_str().unwrap().parse().unwrap();
    let silence = due.duration_since(Timestamp::now());
    assert!(silence <= SignedDuration::from_hours(2) && silence.as_mins() >= 115, "{fault}: {silence:?}");
    let incidents = bed.run(&["incident", "list"]);
    assert_eq!((incidents.code, incidents.lines.len()), (Some(0), 0), "{}", incidents.told());
    let status = bed.run(&["status"]);
    assert!(status.lines.iter().any(|line| line["silence_until"].is_string()), "{}", status.told());
}

#[test]
fn a_429_page_is_answered_with_silence_chromedriver() {
    cools(Kind::Chrome, "429", FirstLoad);
    cools(Kind::Chrome, "429", AfterClick);
}

#[test]
fn a_429_page_is_answered_with_silence_geckodriver() {
    cools(Kind::Firefox, "429", BeforeIntent);
    cools(Kind::Firefox, "429", Audit);
}

#[test]
fn a_999_page_is_answered_with_silence_chromedriver() {
    cools(Kind::Chrome, "999", BeforeIntent);
    cools(Kind::Chrome, "999", Audit);
}

#[test]
fn a_999_page_is_answered_with_silence_geckodriver() {
    cools(Kind::Firefox, "999", FirstLoad);
    cools(Kind::Firefox, "999", AfterClick);
}
