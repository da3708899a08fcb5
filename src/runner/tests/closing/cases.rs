//! What comes of each thing that may be met on the way to the last button: how it ends, and that nothing was sent.

use super::bed::{Bed, Gate, is_soak};
use super::person::{Helps, Person, Types};
use super::screen::{Block, VARIANTS, Variant};
use super::world::{Sudden, World};
use crate::event::exit::Ending;
use crate::event::fact::{Fact, Mode, Public};
use crate::event::state::EffectState;
use crate::ledger::NewRequest;
use crate::ledger::RequestKind;
use crate::runner::wait::Stop;

/// Makes something odd about the site.
type Odd = fn(&mut World);

/// What must come of something: how it ends, where the effect stands, and words that must be said.
struct Comes(Ending, EffectState, &'static str);

/// Closes an account on whose way something is met before the last button: nothing is sent.
async fn before_the_click(name: &str, met: impl Fn(&mut World, &mut Person), Comes(ending, state, says): Comes) -> Bed {
    let bed = Bed::new(Variant::ThreePages2022);
    let mut person = bed.person();
    met(&mut bed.world(), &mut person);
    let outcome = bed.live_with(&mut person).await;
    let told = format!("{name}: {outcome:?}, {:?}", bed.log());
    assert_eq!((outcome.ending, outcome.state), (ending, Some(state)), "{told}");
    assert!(outcome.why.contains(says), "`{says}` is not said: {told}");
    assert_eq!((bed.sent(), bed.ended()), (0, 0), "{told}");
    assert!(!bed.path().contains("INTENT"), "{told}");
    bed.check_record();
    bed
}

#[tokio::test(start_paused = true)]
async fn every_variant_is_done_once_and_proved() {
    for variant in VARIANTS {
        for documents in [false, true] {
            let bed = Bed::new(variant);
            bed.world().odd.documents = documents;
            let outcome = bed.live().await;
            assert_eq!(outcome.ending, Ending::Done, "{variant:?}: {}", outcome.why);
            assert_eq!((outcome.state, bed.ended(), bed.sent()), (Some(EffectState::Done), 1, 1), "{variant:?}");
            assert_eq!(bed.path(), "APPROVED PRECHECK INTENT ACTED VERIFYING DONE");
            assert_eq!(outcome.public, (Some(Public::StillThere), Some(Public::Gone)));
            assert_eq!(outcome.until, Some(jiff::civil::date(2026, 12, 6)));
            assert_eq!(outcome.unseen, Vec::<String>::new());
            assert_eq!(bed.gate(), Some(Gate::Closed));
            bed.check_record();
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_picture_that_is_withheld_is_told_in_the_proof_and_keeps_nobody_from_closing() {
    let bed = Bed::new(Variant::ThreePages2022);
    let outcome = bed.live().await;
    assert_eq!(outcome.ending, Ending::Done, "{}", outcome.why);
    let withheld = "no picture: withheld, because a field still holds what was typed";
    let facts = bed.facts();
    let intents = facts.iter().filter_map(|fact| match fact {
        Fact::Moved(moved) if moved.to == EffectState::Intent => Some(moved),
        _ => None,
    });
    let intents: Vec<_> = intents.collect();
    assert!(matches!(&intents[..], [one] if one.shots.is_empty() && one.why.contains(withheld)), "{intents:?}");
    let done = facts
        .iter()
        .any(|fact| matches!(fact, Fact::Moved(moved) if moved.to == EffectState::Done && !moved.shots.is_empty()));
    assert!(done, "the page after it has its picture: {facts:?}");
    bed.check_record();
}

#[tokio::test(start_paused = true)]
async fn a_rehearsal_types_no_secret_and_clicks_no_last_button() {
    for variant in VARIANTS {
        for odd in 0..6 {
            let bed = Bed::new(variant);
            {
                let mut world = bed.world();
                world.odd.wrong_once = odd == 1;
                world.odd.code = odd == 2;
                world.odd.moved = odd == 3;
                (world.odd.management, world.odd.other_category) = (odd == 4, odd == 4);
                world.odd.ticked = odd == 5;
            }
            let outcome = bed.rehearsal().await;
            assert_eq!((outcome.ending, outcome.state), (Ending::Done, None), "{variant:?}: {}", outcome.why);
            assert_eq!((bed.sent(), bed.secrets()), (0, 0), "{variant:?}");
            assert!(outcome.why.contains("a rehearsal types none"), "{}", outcome.why);
            assert!(outcome.unseen.iter().any(|step| step.contains("password")), "{:?}", outcome.unseen);
            assert!(bed.facts().iter().any(|fact| matches!(fact, Fact::Rehearsed { .. })));
            assert!(!bed.facts().iter().any(|fact| matches!(fact, Fact::Moved(_))), "a rehearsal moves nothing");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_in_the_way_is_told_in_the_pages_words() {
    for block in [Block::Premium, Block::Groups, Block::Licences, Block::NoPassword] {
        let met = |world: &mut World, _: &mut Person| world.odd.block = Some(block);
        let comes = Comes(Ending::SomeFailed, EffectState::Failed, "“First this has to end.”");
        let bed = before_the_click("in the way", met, comes).await;
        assert_eq!(bed.secrets(), 0);
        assert_eq!(bed.gate(), None, "nothing was tried: it may be tried again");
    }
}

#[tokio::test(start_paused = true)]
async fn a_page_that_is_not_as_the_pack_says_stops_before_the_click() {
    let odds: [(&str, Odd, &str); 8] = [
        ("extra page", |world| world.odd.extra = true, "does not fit the page"),
        ("renamed", |world| world.odd.renamed = true, "does not fit the page"),
        ("disabled", |world| world.odd.disabled = true, "is disabled"),
        ("twice", |world| world.odd.twice = true, "is there twice"),
        ("disguised", |world| world.odd.disguised = true, "is the word of a deed"),
        ("gone while the picture was taken", |world| world.odd.fleeting = true, "is not there"),
        ("whose account is not shown", |world| world.odd.nameless = true, "`own_account` is not there"),
        ("too slow", |world| world.odd.slow = 40, "does not fit the page"),
    ];
    for (name, odd, says) in odds {
        let met = |world: &mut World, _: &mut Person| odd(world);
        before_the_click(name, met, Comes(Ending::BadFile, EffectState::Expired, says)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_page_of_the_other_deed_gets_no_secret() {
    let met = |world: &mut World, _: &mut Person| world.odd.other_deed = true;
    let comes = Comes(Ending::BadFile, EffectState::Expired, "step `deed`");
    let bed = before_the_click("the other deed", met, comes).await;
    assert_eq!(bed.secrets(), 0);
}

#[tokio::test(start_paused = true)]
async fn the_secret_goes_nowhere_else() {
    let met = |world: &mut World, _: &mut Person| world.odd.barred = true;
    let bed = before_the_click("barred", met, Comes(Ending::Stopped, EffectState::Expired, "nothing was typed")).await;
    assert_eq!(bed.secrets(), 0);
    let met = |world: &mut World, _: &mut Person| world.odd.mirrored = true;
    before_the_click("mirrored", met, Comes(Ending::Stopped, EffectState::Expired, "shows the secret")).await;
}

/// The stop signs, and how each ends.
const SIGNS: [(Sudden, Ending, &str); 8] = [
    (Sudden::SignedOut, Ending::Stopped, "signed_out"),
    (Sudden::OtherAccount, Ending::Stopped, "other_account"),
    (Sudden::TooMany, Ending::Stopped, "silence"),
    (Sudden::Restricted, Ending::Stopped, ""),
    (Sudden::Broken, Ending::BadFile, "does not fit"),
    (Sudden::Blank, Ending::BadFile, "does not fit"),
    (Sudden::Prompt, Ending::BadFile, "the browser asks something"),
    (Sudden::Lost, Ending::NoBrowser, "was lost"),
];

#[tokio::test(start_paused = true)]
async fn whatever_shows_at_any_look_before_the_click_ends_it() {
    let whole = Bed::new(Variant::ThreePages2022);
    whole.live().await;
    // The looks after the last click are the last six of a whole closure.
    let looks = whole.looks() - 6;
    assert!(looks > 15, "{looks}");
    for (every, (sudden, ending, says)) in SIGNS.into_iter().enumerate() {
        let every = if is_soak() { 0 } else { u32::try_from(every).unwrap() };
        let mut told = false;
        for at in (1 + every % 3..=looks).step_by(if is_soak() { 1 } else { 3 }) {
            let bed = Bed::new(Variant::ThreePages2022);
            bed.world().sudden.push((at, sudden));
            let mut person = bed.person();
            person.helps = Helps::Nothing;
            let outcome = bed.live_with(&mut person).await;
            let log = format!("{sudden:?} at look {at}: {outcome:?}");
            if bed.sent() > 0 {
                // It came too late to stop the click, or at a look that does not mind.
                assert!(at + 3 > looks || matches!(sudden, Sudden::Broken | Sudden::Blank), "{log}");
                continue;
            }
            assert_eq!(outcome.state, Some(EffectState::Expired), "{log}");
            told |= outcome.ending == ending && outcome.why.contains(says);
            assert!(matches!(outcome.ending, Ending::Stopped | Ending::BadFile | Ending::NoBrowser), "{log}");
            bed.check_record();
        }
        assert!(told, "{sudden:?} never ended as {ending:?} with `{says}`");
    }
}

#[tokio::test(start_paused = true)]
async fn another_account_that_shows_the_same_is_neither_typed_into_nor_closed() {
    for variant in [Variant::ThreePages2022, Variant::Hibernates, Variant::PasswordFirst] {
        let whole = Bed::new(variant);
        whole.world().odd.alike = true;
        whole.live().await;
        // Each reading is followed by a look whether the menu is closed again.
        let told = whole.world().told.clone();
        let told: Vec<u32> = told.iter().copied().filter(|look| !told.contains(&(look - 1))).collect();
        // The last one comes before the last click, and one before each secret. What comes between is not seen.
        let secrets = usize::try_from(whole.secrets()).unwrap();
        let (before, last) = told.split_at(told.len() - 1 - secrets);
        assert!(!before.is_empty() && secrets > 0, "{told:?}");
        let typing = last[0];
        for at in (told[0] + 1..=typing).chain(last[1..].iter().copied()) {
            let bed = Bed::new(variant);
            bed.world().odd.alike = true;
            bed.world().sudden.push((at, Sudden::OtherAccount));
            let outcome = bed.live().await;
            let log = format!("{variant:?} from look {at} on, read at {told:?}: {outcome:?}");
            assert_eq!(bed.world().violations, Vec::<String>::new(), "{log}");
            assert_eq!((outcome.ending, bed.sent(), bed.ended()), (Ending::Stopped, 0, 0), "{log}");
            assert!(outcome.why.contains("somebody-else"), "{log}");
            assert!(at > typing || bed.secrets() == 0, "{log}");
            assert_eq!(bed.gate(), Some(Gate::Latched), "{log}");
            bed.check_record();
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_captcha_is_answered_by_a_person_who_sees_it_or_latches() {
    let met = |world: &mut World, person: &mut Person| {
        world.sudden.push((4, Sudden::Captcha));
        person.sees = false;
    };
    let bed = before_the_click("unseen", met, Comes(Ending::Stopped, EffectState::Expired, "captcha")).await;
    assert_eq!((bed.secrets(), bed.gate()), (0, Some(Gate::Latched)));
    for at in 1..12 {
        let bed = Bed::new(Variant::ThreePages2022);
        bed.world().sudden.push((at, Sudden::Captcha));
        let mut person = bed.person();
        let outcome = bed.live_with(&mut person).await;
        if !person.asked.contains(&"person".to_owned()) {
            assert_eq!(outcome.state, Some(EffectState::Expired), "look {at}: {}", outcome.why);
            continue;
        }
        assert_eq!(outcome.state, Some(EffectState::Done), "look {at}: {}", outcome.why);
    }
    for helps in [Helps::Nothing, Helps::Leaves, Helps::AsOther] {
        let met = |world: &mut World, person: &mut Person| {
            world.sudden.push((4, Sudden::Captcha));
            person.helps = helps;
        };
        before_the_click("not answered", met, Comes(Ending::Stopped, EffectState::Expired, "captcha")).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_check_before_the_first_page_is_a_persons() {
    let bed = Bed::new(Variant::TwoPages2017);
    bed.world().odd.check_first = true;
    assert_eq!(bed.live().await.state, Some(EffectState::Done));
    let met = |world: &mut World, person: &mut Person| {
        world.odd.check_first = true;
        person.helps = Helps::Nothing;
    };
    before_the_click("nobody approves", met, Comes(Ending::BadFile, EffectState::Expired, "")).await;
}

#[tokio::test(start_paused = true)]
async fn what_nobody_types_sends_nothing() {
    let met = |_: &mut World, person: &mut Person| person.types = [Types::Nothing].into();
    let comes = Comes(Ending::SomeFailed, EffectState::Expired, "nobody typed the password");
    before_the_click("nothing typed", met, comes).await;
    let met = |_: &mut World, person: &mut Person| person.types = [Types::After(3600)].into();
    let comes = Comes(Ending::SomeFailed, EffectState::Expired, "nobody typed the password");
    before_the_click("too late", met, comes).await;
}

#[tokio::test(start_paused = true)]
async fn an_approval_is_good_for_a_quarter_of_an_hour() {
    for (minutes, is_done) in [(13, true), (16, false)] {
        let bed = Bed::new(Variant::TwoPages2017);
        let order = bed.order(&bed.plan(Mode::Live), Mode::Live);
        tokio::time::sleep(std::time::Duration::from_secs(minutes * 60)).await;
        let outcome = bed.carry_out(&order, &mut bed.person()).await.unwrap();
        bed.check();
        bed.check_end(&outcome);
        assert_eq!(outcome.state == Some(EffectState::Done), is_done, "{minutes}: {}", outcome.why);
        assert_eq!(bed.sent(), u32::from(is_done));
        assert_eq!(outcome.why.contains("older than 15 minutes"), !is_done, "{}", outcome.why);
    }
}

#[tokio::test(start_paused = true)]
async fn a_stop_or_a_pause_that_was_asked_for_sends_nothing() {
    for stop in [Stop::Asked, Stop::Insisted] {
        let bed = Bed::new(Variant::TwoPages2017);
        bed.stop.send_replace(stop);
        let outcome = bed.live().await;
        assert_eq!((outcome.ending, outcome.state), (Ending::Interrupted, Some(EffectState::Expired)));
    }
    let bed = Bed::new(Variant::TwoPages2017);
    let request =
        NewRequest { kind: RequestKind::Pause { until: None }, reason: String::new(), at: bed.clock.now().utc };
    bed.ledger.request(&bed.account, &request).unwrap();
    let outcome = bed.live().await;
    assert_eq!((outcome.ending, outcome.state), (Ending::Stopped, Some(EffectState::Expired)), "{}", outcome.why);
    assert_eq!(bed.sent(), 0);
}

#[tokio::test(start_paused = true)]
async fn pages_in_other_places_and_a_browser_without_pictures_work_all_the_same() {
    let odds: [(&str, Odd); 8] = [
        ("moved", |world| world.odd.moved = true),
        ("management", |world| world.odd.management = true),
        ("category", |world| world.odd.other_category = true),
        ("ticked", |world| world.odd.ticked = true),
        ("slow", |world| world.odd.slow = 4),
        ("wrong once", |world| world.odd.wrong_once = true),
        ("a code", |world| world.odd.code = true),
        ("the app", |world| world.odd.device = true),
    ];
    for variant in [Variant::TwoPages2017, Variant::PasswordFirst, Variant::Hibernates] {
        for (name, odd) in odds {
            let bed = Bed::new(variant);
            odd(&mut bed.world());
            let outcome = bed.live().await;
            assert_eq!(outcome.state, Some(EffectState::Done), "{name} in {variant:?}: {}", outcome.why);
            assert_eq!((bed.ended(), outcome.ending), (1, Ending::Done), "{name}");
        }
    }
    let bed = Bed::new(Variant::TwoPages2017);
    bed.world().odd.dark = true;
    let outcome = bed.live().await;
    assert_eq!((outcome.state, outcome.ending), (Some(EffectState::Done), Ending::SomeFailed), "{}", outcome.why);
    assert!(outcome.why.contains("the evidence is incomplete"), "{}", outcome.why);
    let bed = Bed::new(Variant::TwoPages2017);
    bed.world().odd.unopened = true;
    assert_eq!(bed.live().await.ending, Ending::NoBrowser);
}
