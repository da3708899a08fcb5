//! Stop signs, lost sessions, signals and requests, and a ledger that fails.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::house::{House, plan_of};
use super::site::{Whim, Worker, World};
use crate::event::exit::Ending;
use crate::event::fact::Mode;
use crate::event::id::Realm;
use crate::event::state::EffectState;
use crate::ledger::{NewRequest, RequestKind};
use crate::policy::pace::Pace;
use crate::runner::clock::Clock;
use crate::runner::order::Order;
use crate::runner::wait::Stop;

/// Waits until a person stands there.
async fn until(house: &House, slug: &str, state: EffectState) {
    for _ in 0..20_000 {
        if house.state(slug) == state {
            return;
        }
        sleep(Duration::from_millis(5)).await;
    }
    panic!("{slug} never stood at {state}: {}", house.path(slug));
}

fn ask(house: &House, kind: RequestKind) {
    let request = NewRequest { kind, reason: String::new(), at: house.clock.now().utc };
    house.ledger.request(&house.account, &request).unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_stop_sign_at_any_look_latches_and_nobody_is_clicked_after_it() {
    for at in 1..=40 {
        let house = House::new(&["anna", "bert"]);
        house.world().sign = Some((at, "captcha"));
        let outcome = house.live().await;
        house.check();
        let latched = house.ledger.open_latch(&house.account, Realm::Practice).unwrap();
        if house.world().looks < at {
            assert_eq!((outcome.ending, latched), (Ending::Done, None), "look {at}");
            assert!(at > 20, "the whole run has only {at} looks");
            return;
        }
        assert!(latched.is_some(), "look {at}");
        assert_eq!(house.world().looks, at, "nothing was asked of the site after the sign");
        let doubt = house.rows().iter().any(|row| row.state.in_doubt());
        let ending = if doubt { Ending::InDoubt } else { Ending::Stopped };
        assert_eq!(outcome.ending, ending, "look {at}: {}", outcome.why);
        assert_eq!(
            house.run_facts()[house.run_facts().len() - 2..],
            ["latched", "ended x"]
                .map(|word| { if word == "ended x" { format!("ended {}", ending.as_str()) } else { word.to_owned() } })
        );
        assert!(house.run_facts().contains(&"incident captcha, 1 pictures".to_owned()), "{:?}", house.run_facts());
        for row in house.rows() {
            assert!(!matches!(row.state, EffectState::Intent | EffectState::Precheck), "look {at}: {}", row.state);
        }
    }
    panic!("the run never came to its end");
}

#[tokio::test(start_paused = true)]
async fn a_sign_after_the_click_leaves_the_effect_in_doubt() {
    let house = House::new(&["anna", "bert"]);
    house.world().whims.push_back(Whim::Captcha);
    let outcome = house.live().await;
    assert_eq!(house.path("anna"), "APPROVED PRECHECK INTENT UNKNOWN");
    assert_eq!(house.path("bert"), "APPROVED");
    assert_eq!(outcome.ending, Ending::InDoubt);
    house.check();
}

#[tokio::test(start_paused = true)]
async fn a_deed_whose_own_request_turns_the_account_away_is_in_doubt_and_nobody_else_is_tried() {
    for (sign, cools) in [("too_many_requests", true), ("request_refused", false), ("signed_out", false)] {
        for late in [false, true] {
            let house = House::new(&["anna", "bert"]);
            house.world().whims.push_back(if late { Whim::TurnsAwayLate(sign) } else { Whim::TurnsAway(sign) });
            let outcome = house.live().await;
            house.check();
            let after = if late { "ACTED" } else { "UNKNOWN" };
            assert_eq!(house.path("anna"), format!("APPROVED PRECHECK INTENT {after}"), "{sign}, late: {late}");
            assert_eq!((house.path("bert").as_str(), outcome.ending), ("APPROVED", Ending::InDoubt), "{sign}");
            assert!(outcome.why.contains(sign), "{}", outcome.why);
            let latch = house.ledger.open_latch(&house.account, Realm::Practice).unwrap();
            assert_eq!((latch.is_some(), outcome.due_at.is_some()), (!cools, cools), "{sign}");
            if cools {
                // After the silence it is read what became of it; then everybody leaves.
                sleep(Duration::from_secs(3 * 3_600)).await;
                let outcome = house.live().await;
                house.check();
                assert_eq!((outcome.ending, house.world().people.len()), (Ending::Done, 0), "{}", outcome.why);
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_service_worker_that_shows_the_list_as_it_was_is_passed_by_or_not_believed() {
    for stubborn in [false, true] {
        let house = House::new(&["anna", "bert"]);
        let people = house.world().people.clone();
        house.world().worker = Some(Worker { people, stubborn });
        let outcome = house.live().await;
        house.check();
        let deeds = house.world().log.clone();
        if stubborn {
            assert_eq!(
                (outcome.ending, deeds),
                (Ending::InDoubt, vec!["removed anna".to_owned(), "removed bert".to_owned()])
            );
            for slug in ["anna", "bert"] {
                assert_eq!(house.state(slug), EffectState::NeedsHuman, "{}", house.path(slug));
                assert!(house.why(slug).contains("service worker"), "{}", house.why(slug));
            }
        } else {
            assert_eq!((outcome.ending, deeds.len()), (Ending::Done, 2), "{}", outcome.why);
            assert_eq!(house.path("anna"), "APPROVED PRECHECK INTENT ACTED VERIFYING DONE CONFIRMED");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn too_many_requests_mean_silence_and_the_third_latches() {
    let house = House::new(&["anna"]);
    for (hours, latches) in [(2, false), (4, false), (8, true)] {
        house.world().looks = 0;
        house.world().sign = Some((4, "too_many_requests"));
        let now = house.clock.now().utc;
        let outcome = house.live().await;
        let silence = outcome.due_at.unwrap().duration_since(now).as_hours();
        assert_eq!((outcome.ending, silence), (Ending::Stopped, hours));
        assert_eq!(house.ledger.open_latch(&house.account, Realm::Practice).unwrap().is_some(), latches);
        assert_eq!(house.state("anna"), EffectState::Approved);
        sleep(Duration::from_secs(9 * 3_600)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn another_account_stops_before_anybody_is_looked_up() {
    let house = House::new(&["anna"]);
    house.live_limited(1).await;
    let house = House::new(&["anna", "bert"]);
    house.live_limited(1).await;
    house.world().me = "somebody-else".to_owned();
    let outcome = house.live().await;
    assert_eq!(outcome.ending, Ending::Stopped);
    assert_eq!(house.path("bert"), "APPROVED");
    assert!(house.run_facts().contains(&"incident other_account, 1 pictures".to_owned()), "{:?}", house.run_facts());
    let identity = house.ledger.identity(&house.account, Realm::Practice).unwrap().unwrap();
    assert_eq!(identity.handle.as_str(), "me", "another account is not adopted");
}

#[tokio::test(start_paused = true)]
async fn a_picture_that_changes_at_any_look_is_asked_about_and_latches_nobody() {
    for at in 1..=60 {
        let house = House::new(&["anna", "bert"]);
        house.world().turns_into = Some((at, "D4E03AQanew", "me"));
        let outcome = house.live().await;
        house.check();
        assert_eq!(
            house.ledger.open_latch(&house.account, Realm::Practice).unwrap(),
            None,
            "look {at}: {}",
            outcome.why
        );
        assert_eq!(outcome.ending, Ending::Done, "look {at}: {}", outcome.why);
        assert_eq!(house.world().people.len(), 0, "look {at}");
        if house.world().looks < at {
            assert!(at > 20, "the whole run has only {at} looks");
            return;
        }
    }
    panic!("the run never came to its end");
}

#[tokio::test(start_paused = true)]
async fn another_account_at_any_look_latches_and_nobody_is_clicked_after_it() {
    // Before the account's own menu was read there is nobody yet whose account it could not be.
    for at in 4..=60 {
        let house = House::new(&["anna", "bert"]);
        house.world().turns_into = Some((at, "D4E03AQtheirs", "somebody-else"));
        let outcome = house.live().await;
        house.check();
        let latched = house.ledger.open_latch(&house.account, Realm::Practice).unwrap();
        if house.world().looks < at {
            assert_eq!((outcome.ending, latched), (Ending::Done, None), "look {at}");
            return;
        }
        assert!(latched.is_some(), "look {at}: {}", outcome.why);
        let incident = house.ledger.incidents(&house.account).unwrap().pop().unwrap();
        assert!(incident.why.contains("somebody-else"), "look {at}: {}", incident.why);
    }
    panic!("the run never came to its end");
}

/// Runs a plan of two people with a session that becomes another account's at each look in turn, until a run is over before.
async fn becomes_another_at_each_look(becomes: impl Fn(&mut World, u32), order: impl Fn(&House) -> Order) {
    // Before the account's own menu was read there is nobody yet whose account it could not be.
    for at in 4..=120 {
        let house = House::new(&["anna", "bert"]);
        becomes(&mut house.world(), at);
        let outcome = house.run(&order(&house)).await.unwrap();
        house.check();
        let latched = house.ledger.open_latch(&house.account, Realm::Practice).unwrap();
        let me = house.world().me.clone();
        if house.world().looks < at {
            assert_eq!((outcome.ending, latched), (Ending::Done, None), "look {at}");
            assert!(at > 20, "the whole run has only {at} looks");
            return;
        }
        // Whatever was loaded or asked after it is told; at the very end of a run nothing is any more.
        assert!(latched.is_some() || me == "me" || outcome.ending == Ending::Done, "look {at}: {}", outcome.why);
        if let Some(incident) = house.ledger.incidents(&house.account).unwrap().pop() {
            assert!(incident.why.contains("somebody-else"), "look {at}: {}", incident.why);
        }
    }
    panic!("the run never came to its end");
}

#[tokio::test(start_paused = true)]
async fn another_account_with_the_same_picture_is_told_by_its_menu_before_each_person() {
    let alike = |world: &mut World, at| world.session_of = Some((at, "somebody-else"));
    becomes_another_at_each_look(alike, |house| house.order(Mode::Live)).await;
    becomes_another_at_each_look(alike, |house| house.order_through_profiles(Mode::Live)).await;
    becomes_another_at_each_look(alike, |house| house.order(Mode::Rehearsal)).await;
}

#[tokio::test(start_paused = true)]
async fn another_account_without_a_picture_is_told_by_its_menu_before_each_person() {
    let bare = |world: &mut World, at| {
        (world.picture, world.unnamed) = (String::new(), true);
        world.session_of = Some((at, "somebody-else"));
    };
    becomes_another_at_each_look(bare, |house| house.order(Mode::Live)).await;
    becomes_another_at_each_look(bare, |house| house.order_through_profiles(Mode::Live)).await;
    becomes_another_at_each_look(bare, |house| house.order(Mode::Rehearsal)).await;
}

#[tokio::test(start_paused = true)]
async fn where_the_picture_goes_in_the_middle_the_menu_is_asked_before_the_next_intention() {
    let vanishes = |world: &mut World, at| {
        world.unnamed = true;
        world.turns_into = Some((at, "", "somebody-else"));
    };
    becomes_another_at_each_look(vanishes, |house| house.order(Mode::Live)).await;
    becomes_another_at_each_look(vanishes, |house| house.order_through_profiles(Mode::Live)).await;
}

#[tokio::test(start_paused = true)]
async fn a_page_without_the_menu_is_missed_and_nobody_is_touched_on_it() {
    let house = House::new(&["anna", "bert"]);
    house.world().menuless = true;
    let outcome = house.live().await;
    assert_eq!(outcome.ending, Ending::BadFile, "{}", outcome.why);
    assert_eq!((house.world().times.len(), house.path("anna").as_str()), (0, "APPROVED PRECHECK APPROVED"));
    house.check();
}

#[tokio::test(start_paused = true)]
async fn an_account_without_a_picture_is_asked_for_before_a_search_leaves_a_page_without_its_menu() {
    let house = House::new(&["anna", "bert"]);
    (house.world().picture, house.world().unnamed) = (String::new(), true);
    house.world().bare_where_empty = true;
    // Somebody of no plan stays, so that the page is empty after a search alone.
    house.world().people.insert("zoe".to_owned(), "Zoe Zander".to_owned());
    let outcome = house.live().await;
    house.check();
    assert_eq!(outcome.ending, Ending::Done, "{}", outcome.why);
    assert_eq!([house.state("anna"), house.state("bert")], [EffectState::Confirmed; 2]);
}

#[tokio::test(start_paused = true)]
async fn a_picture_that_comes_late_or_never_is_no_other_account() {
    for (first, then) in [("", "D4E03AQmine"), ("D4E03AQmine", ""), ("", "")] {
        let house = House::new(&["anna", "bert"]);
        house.world().picture = first.to_owned();
        house.world().turns_into = Some((5, then, "me"));
        let outcome = house.live().await;
        house.check();
        assert_eq!(outcome.ending, Ending::Done, "{first:?}, {then:?}: {}", outcome.why);
        assert_eq!(house.run_facts().iter().filter(|fact| fact.starts_with("incident")).count(), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_page_of_which_nothing_can_be_believed_latches_at_once() {
    let house = House::new(&["anna", "bert"]);
    house.world().ambiguous = true;
    let outcome = house.live().await;
    assert_eq!(outcome.ending, Ending::BadFile);
    assert_eq!(house.path("anna"), "APPROVED PRECHECK APPROVED");
    assert_eq!(house.path("bert"), "APPROVED");
}

#[tokio::test(start_paused = true)]
async fn a_dialog_that_names_somebody_else_is_drift_and_the_effect_is_in_doubt() {
    let house = House::new(&["anna", "bert"]);
    house.world().whims.push_back(Whim::OtherName);
    let outcome = house.live().await;
    assert_eq!(house.path("anna"), "APPROVED PRECHECK INTENT UNKNOWN");
    assert_eq!((outcome.ending, house.world().log.len()), (Ending::InDoubt, 0));
    assert!(house.run_facts().contains(&"incident drift, 1 pictures".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn one_miss_is_one_persons_and_two_of_one_step_are_drift() {
    let house = House::new(&["anna", "bert", "carl"]);
    house.world().stuck = vec!["anna".into()];
    let outcome = house.live().await;
    assert_eq!(house.path("anna"), "APPROVED PRECHECK APPROVED PRECHECK FAILED");
    assert_eq!(house.world().log, ["removed bert", "removed carl"], "who was missed comes last");
    assert_eq!(outcome.ending, Ending::SomeFailed);
    house.check();

    let house = House::new(&["anna", "bert", "carl"]);
    house.world().stuck = vec!["anna".into(), "bert".into()];
    let outcome = house.live().await;
    assert_eq!(outcome.ending, Ending::BadFile);
    assert_eq!(house.path("carl"), "APPROVED");
    assert!(house.run_facts().contains(&"incident drift, 1 pictures".to_owned()), "{:?}", house.run_facts());
}

#[tokio::test(start_paused = true)]
async fn three_failures_in_a_row_stop_the_batch() {
    let house = House::new(&["anna", "bert", "carl"]);
    house.world().whims.extend([Whim::Ignores; 9]);
    let outcome = house.live().await;
    assert_eq!(house.world().log, ["ignored anna", "ignored anna", "ignored bert"]);
    assert_eq!(outcome.ending, Ending::SomeFailed);
    assert!(outcome.why.starts_with("3 failures in a row, the last: the site did not do it"), "{}", outcome.why);
}

#[tokio::test(start_paused = true)]
async fn a_lost_session_is_replaced_and_three_in_a_row_are_enough() {
    let house = House::new(&["anna", "bert", "carl", "dora"]);
    house.world().whims.extend([Whim::LostAfter, Whim::LostBefore, Whim::Removes, Whim::LostAfter, Whim::LostAfter]);
    assert_eq!(house.live().await.ending, Ending::Done, "somebody was settled in each session");
    house.check();

    let house = House::new(&["anna"]);
    house.world().lost_at = (1..99).collect();
    let outcome = house.live().await;
    assert_eq!((outcome.ending, house.world().sessions), (Ending::NoBrowser, 3));
    assert_eq!(house.state("anna"), EffectState::Approved);
}

#[tokio::test(start_paused = true)]
async fn asked_once_it_finishes_the_person_in_hand() {
    let house = House::new(&["anna", "bert"]);
    let ctrl_c = async {
        until(&house, "anna", EffectState::Intent).await;
        house.stop.send_replace(Stop::Asked);
    };
    let (outcome, ()) = tokio::join!(house.live(), ctrl_c);
    assert_eq!(outcome.ending, Ending::Interrupted);
    assert_eq!(house.path("anna"), "APPROVED PRECHECK INTENT ACTED VERIFYING DONE");
    assert_eq!(house.path("bert"), "APPROVED");
    house.check();
}

#[tokio::test(start_paused = true)]
async fn asked_before_the_intention_it_sends_nothing() {
    let house = House::new(&["anna"]);
    let ctrl_c = async {
        until(&house, "anna", EffectState::Precheck).await;
        house.stop.send_replace(Stop::Asked);
    };
    let (outcome, ()) = tokio::join!(house.live(), ctrl_c);
    assert_eq!(outcome.ending, Ending::Interrupted);
    assert_eq!(house.path("anna"), "APPROVED PRECHECK APPROVED");
}

#[tokio::test(start_paused = true)]
async fn insisted_it_stops_at_once_and_the_next_run_looks() {
    let house = House::new(&["anna"]);
    let mut ended = None;
    let ctrl_c = async {
        until(&house, "anna", EffectState::Intent).await;
        ended = Some(Instant::now());
        house.stop.send_replace(Stop::Insisted);
    };
    let (outcome, ()) = tokio::join!(house.live(), ctrl_c);
    assert!(ended.unwrap().elapsed() < Duration::from_millis(250), "{:?}", ended.unwrap().elapsed());
    assert_eq!(outcome.ending, Ending::Interrupted);
    assert_eq!(house.path("anna"), "APPROVED PRECHECK INTENT UNKNOWN");
    house.stop.send_replace(Stop::No);
    house.live().await;
    house.check();
    assert!(house.path("anna").contains("UNKNOWN VERIFYING"));
    assert_eq!(house.world().people.len(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_signal_ends_every_wait_within_a_quarter_of_a_second() {
    // The gap between two people, the wait before another look, the wait before the audit.
    for (pace, whim, state) in [
        (Pace::default(), Whim::Removes, EffectState::Done),
        (Pace::off(), Whim::Late(500), EffectState::Verifying),
        (Pace::off(), Whim::Removes, EffectState::Done),
    ] {
        let house = House::new(&["anna"]);
        house.world().whims.push_back(whim);
        let order = Order { pace, ..house.order(Mode::Live) };
        let mut asked = None;
        let ctrl_c = async {
            until(&house, "anna", state).await;
            sleep(Duration::from_secs(1)).await;
            asked = Some(Instant::now());
            house.stop.send_replace(Stop::Asked);
        };
        let (outcome, ()) = tokio::join!(house.run(&order), ctrl_c);
        // Closing the browser takes 100 ms of it.
        assert!(asked.unwrap().elapsed() <= Duration::from_millis(250), "{:?}", asked.unwrap().elapsed());
        assert_eq!(outcome.unwrap().ending, Ending::Interrupted);
        assert_eq!(house.state("anna"), state);
    }
}

#[tokio::test(start_paused = true)]
async fn a_pause_of_another_process_is_heard_in_a_wait() {
    let house = House::new(&["anna", "bert"]);
    let order = Order { pace: Pace::default(), ..house.order(Mode::Live) };
    let mut asked = None;
    let other = async {
        until(&house, "anna", EffectState::Done).await;
        sleep(Duration::from_secs(2)).await;
        asked = Some(Instant::now());
        ask(&house, RequestKind::Pause { until: None });
    };
    let (outcome, ()) = tokio::join!(house.run(&order), other);
    assert!(asked.unwrap().elapsed() <= Duration::from_millis(400), "{:?}", asked.unwrap().elapsed());
    let outcome = outcome.unwrap();
    assert_eq!((outcome.ending, house.path("bert").as_str()), (Ending::DueLater, "APPROVED"));
    assert_eq!(house.ledger.pending_requests(&house.account).unwrap(), []);
    let outcome = house.live().await;
    assert_eq!((outcome.ending, house.world().sessions), (Ending::DueLater, 1), "a paused account opens no browser");
    ask(&house, RequestKind::Resume);
    assert_eq!(house.live().await.ending, Ending::Done);
    house.check();
}

#[tokio::test(start_paused = true)]
async fn a_stop_drops_the_plan_and_still_looks_at_who_is_in_flight() {
    let house = House::new(&["anna", "bert"]);
    house.world().whims.push_back(Whim::Late(12));
    let other = async {
        until(&house, "anna", EffectState::Verifying).await;
        ask(&house, RequestKind::Stop { plan: Some(plan_of(&house)) });
    };
    let (outcome, ()) = tokio::join!(house.live(), other);
    assert_eq!(outcome.ending, Ending::Interrupted);
    assert_eq!(house.path("anna"), "APPROVED PRECHECK INTENT ACTED VERIFYING VERIFYING DONE");
    assert_eq!(house.path("bert"), "APPROVED EXPIRED");
    assert!(house.ledger.plan(&house.account, &plan_of(&house)).unwrap().dropped.is_some());
    house.check();
}

#[tokio::test(start_paused = true)]
async fn a_stop_at_the_last_moment_sends_nothing() {
    let house = House::new(&["anna", "bert"]);
    let other = async {
        until(&house, "anna", EffectState::Precheck).await;
        ask(&house, RequestKind::Stop { plan: None });
    };
    let (outcome, ()) = tokio::join!(house.live(), other);
    assert_eq!(outcome.ending, Ending::Interrupted);
    assert_eq!(house.path("anna"), "APPROVED PRECHECK APPROVED EXPIRED");
    assert_eq!(house.world().times.len(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_clock_behind_the_last_entry_begins_nothing() {
    let mut house = House::new(&["anna", "bert"]);
    house.live_limited(1).await;
    let last = house.clock.now().utc;
    house.clock = Clock::following_tokio("2026-03-01T09:00:00Z".parse().unwrap());
    let outcome = house.live().await;
    assert_eq!((outcome.ending, house.world().sessions), (Ending::DueLater, 1));
    assert!(outcome.due_at.unwrap() <= last && outcome.why.contains("the clock is behind"), "{outcome:?}");
    assert_eq!(house.path("bert"), "APPROVED");
}

#[tokio::test(start_paused = true)]
async fn an_owner_who_was_overtaken_clicks_nothing_more() {
    let house = House::new(&["anna"]);
    let order = house.order(Mode::Live);
    let overtaken = async {
        until(&house, "anna", EffectState::Precheck).await;
        house.break_fence();
    };
    let (ended, ()) = tokio::join!(house.run(&order), overtaken);
    assert!(ended.is_err());
    house.check();
    assert_eq!(house.world().times.len(), 0);
}

#[tokio::test(start_paused = true)]
async fn what_was_found_by_a_fallback_is_pressed_once_and_told() {
    let house = House::new(&["anna"]);
    (house.world().stuck, house.world().by_fallback) = (vec!["anna".to_owned()], true);
    let outcome = house.run(&house.order(Mode::Rehearsal)).await.unwrap();
    assert_eq!(house.world().pressed, 1, "{}", outcome.why);
    let told = house.rehearsed("anna");
    assert!(told.contains("after \"Follow\" was pressed, which was found only by way 2"), "{told}");
    assert!(told.contains("pressed on the way: \"Follow\""), "{told}");
    // One that was found by its first way, landed and changed nothing is pressed again, and that is told too.
    let house = House::new(&["anna"]);
    house.world().stuck = vec!["anna".to_owned()];
    house.run(&house.order(Mode::Rehearsal)).await.unwrap();
    assert_eq!(house.world().pressed, 3);
    let told = house.rehearsed("anna");
    assert!(told.contains("pressed on the way: \"Follow\" 3 times"), "{told}");
}
