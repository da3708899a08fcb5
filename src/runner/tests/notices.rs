//! A notice right after a click, in words that nobody knows: the site's answer where the person is still there or cannot be read,
//! and nothing where the person is gone.

use std::time::Duration;

use tokio::time::sleep;

use super::house::House;
use super::site::Whim;
use crate::event::exit::Ending;
use crate::event::fact::{Fact, Mode};
use crate::event::id::Realm;
use crate::event::shot::ShotRole;
use crate::event::state::EffectState;
use crate::policy::pace::Pace;
use crate::runner::order::Order;

/// Words of no sign in any language, with what would harm a terminal and a page.
const WORDS: &str = "Hidas hetki \u{1b}[31m<b>kiitos</b>";

/// Longer than a look: a person is verified more than once.
fn order(house: &House) -> Order {
    Order { pace: Pace { not_applied_after: Duration::from_secs(30), ..Pace::off() }, ..house.order(Mode::Live) }
}

/// The pictures of incidents that the chain names, and the words that it holds.
fn kept(house: &House) -> (usize, String) {
    let (mut pictures, mut words) = (0, String::new());
    for link in house.ledger.links(&house.account, Realm::Practice, 1..=u64::MAX).unwrap() {
        match link.entry().unwrap().fact {
            Fact::Moved(moved) => {
                pictures += moved.shots.iter().filter(|shot| shot.role == ShotRole::Incident).count();
                words += &moved
                    .read
                    .iter()
                    .filter(|(what, _)| what == "notice.said")
                    .map(|(_, said)| said.as_str())
                    .collect::<String>();
            }
            Fact::Incident { shots, .. } => pictures += shots.len(),
            _ => {}
        }
    }
    (pictures, words)
}

/// The person is in doubt, the account is latched by the words with a picture, and nobody else was tried.
fn answered(house: &House, ending: Ending) {
    house.check();
    assert_eq!((house.state("anna"), ending), (EffectState::NeedsHuman, Ending::InDoubt), "{}", house.path("anna"));
    assert_eq!(house.path("bert"), "APPROVED");
    assert!(house.why("anna").contains(WORDS), "{}", house.why("anna"));
    let latch = house.ledger.open_latch(&house.account, Realm::Practice).unwrap().unwrap();
    assert!(latch.sign == "notice" && latch.why.contains(WORDS) && latch.why.contains("`anna`"), "{latch:?}");
}

#[tokio::test(start_paused = true)]
async fn a_notice_in_unknown_words_after_a_click_that_did_nothing_is_the_answer_to_it() {
    let house = House::new(&["anna", "bert"]);
    house.world().whims.push_back(Whim::Says(WORDS));
    let outcome = house.run(&order(&house)).await.unwrap();
    answered(&house, outcome.ending);
    assert_eq!(house.path("anna"), "APPROVED PRECHECK INTENT ACTED VERIFYING VERIFYING NEEDS_HUMAN");
    assert_eq!(kept(&house), (2, WORDS.to_owned()), "one picture, named by the move and by the incident");
    // Nothing more is clicked until a person has looked, and then nothing about this person.
    house.run(&order(&house)).await.unwrap();
    assert_eq!(house.world().times.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_notice_after_which_the_page_cannot_be_read_is_the_answer_too() {
    let house = House::new(&["anna", "bert"]);
    house.world().whims.push_back(Whim::SaysAndRemoves(WORDS));
    house.world().blind = 99;
    let outcome = house.run(&order(&house)).await.unwrap();
    answered(&house, outcome.ending);
}

#[tokio::test(start_paused = true)]
async fn a_notice_of_a_removal_that_happened_is_harmless_and_the_next_person_follows() {
    let house = House::new(&["anna", "bert"]);
    house.world().whims.extend([Whim::SaysAndRemoves(WORDS), Whim::SaysAndRemoves(WORDS)]);
    let outcome = house.run(&order(&house)).await.unwrap();
    house.check();
    assert_eq!(outcome.ending, Ending::Done, "{}", outcome.why);
    assert_eq!(house.path("anna"), "APPROVED PRECHECK INTENT ACTED VERIFYING DONE CONFIRMED");
    assert_eq!(house.state("bert"), EffectState::Confirmed);
    assert_eq!(kept(&house), (0, WORDS.repeat(2)), "the words are in the chain, and no picture is kept of them");
}

#[tokio::test(start_paused = true)]
async fn a_notice_is_not_taken_for_success_because_the_search_finds_nobody() {
    let house = House::new(&["anna", "bert"]);
    house.world().whims.push_back(Whim::SaysAndHides(WORDS));
    let outcome = house.live_limited(1).await;
    answered(&house, outcome.ending);
    assert!(house.why("anna").contains("1 removal"), "the total says it too: {}", house.why("anna"));
}

#[tokio::test(start_paused = true)]
async fn a_notice_that_comes_with_a_slow_answer_is_waited_for() {
    let house = House::new(&["anna", "bert"]);
    house.world().whims.push_back(Whim::SaysSlowly(WORDS, 7));
    let outcome = house.run(&order(&house)).await.unwrap();
    answered(&house, outcome.ending);
    assert_eq!(house.world().times.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_notice_that_comes_after_the_page_of_the_click_was_left_is_heard_before_anybody_is_clicked_again() {
    // As the next document is read, and while it is waited for the next reading.
    for seconds in [1, 12, 25] {
        let house = House::new(&["anna", "bert"]);
        house.world().whims.push_back(Whim::SaysLater(WORDS, seconds));
        let outcome = house.run(&order(&house)).await.unwrap();
        answered(&house, outcome.ending);
        assert_eq!(house.world().times.len(), 1, "{seconds}");
        assert_eq!(
            kept(&house),
            (2, WORDS.to_owned()),
            "told once, with one picture, named by the move and by the incident"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn the_notice_of_a_limit_that_shows_later_ends_the_run_before_the_next_click() {
    for seconds in [1, 12, 25] {
        let house = House::new(&["anna", "bert"]);
        house.world().whims.push_back(Whim::LimitsLater(seconds));
        let outcome = house.run(&order(&house)).await.unwrap();
        house.check();
        assert_eq!(house.ledger.open_latch(&house.account, Realm::Practice).unwrap().unwrap().sign, "limit_notice");
        assert_eq!((house.path("bert"), house.world().times.len()), ("APPROVED".to_owned(), 1), "{}", outcome.why);
        assert!(house.state("anna").in_flight(), "{}", house.path("anna"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_notice_is_remembered_by_the_run_after_a_crash() {
    let house = House::new(&["anna", "bert"]);
    house.world().whims.push_back(Whim::Says(WORDS));
    let first = order(&house);
    let crash = async {
        while kept(&house).1.is_empty() {
            sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::select! {
        ended = house.run(&first) => panic!("not cut off: {:?}", ended.map(|outcome| outcome.why)),
        () = crash => {}
    }
    house.world().open = 0;
    assert!(house.state("anna").in_flight(), "{}", house.path("anna"));
    let outcome = house.run(&order(&house)).await.unwrap();
    answered(&house, outcome.ending);
    assert_eq!(house.world().times.len(), 1, "no second click");
}
