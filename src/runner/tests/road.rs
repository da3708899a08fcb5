//! What becomes of one person, by what the site does.

use std::time::Duration;

use super::house::House;
use super::site::Whim;
use crate::event::exit::Ending;
use crate::event::fact::Mode;
use crate::event::id::Realm;
use crate::event::state::EffectState;
use crate::policy::pace::{Pace, Span};
use crate::runner::order::{Order, Outcome};

/// A run of one person on a site with these whims, and what came of it: path, site's log, ending.
async fn one(whims: &[Whim]) -> (House, String, Vec<String>, Ending) {
    let house = House::new(&["anna"]);
    house.world().whims.extend(whims);
    let outcome = house.live().await;
    house.check();
    let (path, log) = (house.path("anna"), house.world().log.clone());
    (house, path, log, outcome.ending)
}

#[tokio::test(start_paused = true)]
async fn each_whim_of_the_site_leads_to_its_states() {
    let once = "PRECHECK INTENT";
    let twice = "PRECHECK INTENT ACTED VERIFYING DONE CONFIRMED";
    for (whim, first, log) in [
        (Whim::Removes, "ACTED VERIFYING DONE CONFIRMED", &["removed anna"][..]),
        (Whim::AtOnce, "ACTED VERIFYING DONE CONFIRMED", &["removed anna"]),
        (Whim::Late(12), "ACTED VERIFYING VERIFYING DONE CONFIRMED", &["promised anna", "removed anna"]),
        (Whim::Unseen, "UNKNOWN VERIFYING DONE CONFIRMED", &["removed anna"]),
        (Whim::RefusedAfter, "UNKNOWN VERIFYING DONE CONFIRMED", &["removed anna"]),
        (Whim::LostAfter, "UNKNOWN VERIFYING DONE CONFIRMED", &["removed anna"]),
        (Whim::Ignores, &format!("ACTED VERIFYING VERIFYING NOT_APPLIED {twice}"), &["ignored anna", "removed anna"]),
        (Whim::BlocksFirst, &format!("NOT_SENT {twice}"), &["removed anna"]),
        (Whim::Stale, &format!("NOT_SENT {twice}"), &["removed anna"]),
        (Whim::StaleAfter, "UNKNOWN VERIFYING DONE CONFIRMED", &["removed anna"]),
        // An earlier click of the intention was dispatched: no proof, so it looks.
        (Whim::BlocksSecond, &format!("UNKNOWN VERIFYING VERIFYING NOT_APPLIED {twice}"), &["removed anna"]),
        (Whim::LostBefore, &format!("UNKNOWN VERIFYING VERIFYING NOT_APPLIED {twice}"), &["removed anna"]),
    ] {
        let (house, path, did, ending) = one(&[whim]).await;
        let mut expected = vec!["removed anna".to_owned()];
        if log.len() > 1 {
            expected = log.iter().map(|line| (*line).to_owned()).collect();
        }
        assert_eq!(path, format!("APPROVED {once} {first}"), "{whim:?}");
        assert_eq!((did, ending), (expected, Ending::Done), "{whim:?}");
        assert_eq!(house.run_facts().last().unwrap(), "ended done", "{whim:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn two_proofs_that_nothing_happened_and_no_third_click() {
    let (house, path, did, ending) = one(&[Whim::Ignores; 5]).await;
    let attempt = "PRECHECK INTENT ACTED VERIFYING VERIFYING NOT_APPLIED";
    assert_eq!(path, format!("APPROVED {attempt} {attempt} FAILED"));
    assert_eq!((did, ending), (vec!["ignored anna".to_owned(); 2], Ending::SomeFailed));
    assert_eq!(house.why("anna"), "tried 2 times; proof says that nothing happened");
    let (_, path, did, _) = one(&[Whim::BlocksFirst; 5]).await;
    assert_eq!(path, "APPROVED PRECHECK INTENT NOT_SENT PRECHECK INTENT NOT_SENT FAILED");
    assert_eq!(did, Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn people_of_one_first_name_leave_each_by_their_own_row_where_dialogs_show_no_more_than_that() {
    let house = House::new(&["anna", "bert"]);
    house.world().short_dialogs = true;
    let outcome = house.live().await;
    house.check();
    assert_eq!((house.state("anna"), house.state("bert")), (EffectState::Confirmed, EffectState::Confirmed));
    assert_eq!(
        (house.world().log.clone(), outcome.ending),
        (vec!["removed anna".into(), "removed bert".into()], Ending::Done)
    );
}

#[tokio::test(start_paused = true)]
async fn a_dialog_that_acts_on_another_of_the_same_first_name_is_the_last_that_is_confirmed() {
    let house = House::new(&["anna", "bert", "carl"]);
    house.world().short_dialogs = true;
    house.world().whims.push_back(Whim::NextInstead);
    let outcome = house.live().await;
    house.check();
    assert_eq!((house.state("anna"), outcome.ending), (EffectState::NeedsHuman, Ending::InDoubt), "{}", outcome.why);
    assert!(house.why("anna").contains("fell from 3 to 2"), "{}", house.why("anna"));
    assert_eq!((house.path("bert"), house.path("carl")), ("APPROVED".to_owned(), "APPROVED".to_owned()));
    assert_eq!(house.world().log, ["instead of anna"]);
    assert_eq!(house.ledger.open_latch(&house.account, Realm::Practice).unwrap().unwrap().sign, "fall");
}

#[tokio::test(start_paused = true)]
async fn the_observation_says_what_was_held_against_what() {
    let house = House::new(&["anna"]);
    house.live().await;
    let observation = house.observation("anna", "observation.json");
    let said: Vec<String> = observation["assertions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|a| format!("{}: {} / {} {}", a["what"], a["expected"], a["seen"], a["pass"]).replace('"', ""))
        .collect();
    insta::assert_snapshot!(said.join("\n"), @r"
    card.slug: anna / anna true
    the name beside the identity: any name / Name of anna true
    confirm_box.dialog: the dialog that the first click opened, passed by the guard / Remove Name of anna? true
    in the list, read from a fresh load: gone / gone true
    the page's own total: less than 1 / 0 true
    ");
    assert_eq!(observation["account_read"], "me");
    assert_eq!(observation["exit_state"], "DONE");
    assert_eq!(house.observation("anna", "observation-2.json")["exit_state"], "CONFIRMED");
}

#[tokio::test(start_paused = true)]
async fn a_row_that_names_somebody_else_is_not_clicked() {
    let house = House::new(&["anna"]);
    house.world().renamed = Some(("anna".into(), "anna-2".into()));
    let outcome = house.live().await;
    assert_eq!(house.path("anna"), "APPROVED PRECHECK MISMATCH");
    assert_eq!(outcome.ending, Ending::SomeFailed);
    assert_eq!(house.world().times.len(), 0);
    assert_eq!(house.run(&house.order(Mode::Rehearsal)).await.unwrap().ending, Ending::SomeFailed);
    assert!(house.run_facts().contains(&"rehearsed anna Mismatch".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn an_outcome_that_cannot_be_read_is_for_a_person() {
    let house = House::new(&["anna", "bert"]);
    house.world().blind = 99;
    let outcome = house.live().await;
    assert_eq!(
        house.path("anna"),
        "APPROVED PRECHECK INTENT ACTED VERIFYING VERIFYING VERIFYING VERIFYING NEEDS_HUMAN"
    );
    assert_eq!(outcome.ending, Ending::InDoubt);
}

/// A live run of one person; the site cannot be read so many times once the reading after the click was good.
async fn live_with_a_blind_audit(house: &House, blind: u32) -> Outcome {
    let watch = async {
        while house.world().log.is_empty() || house.state("anna") != EffectState::Done {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        house.world().blind = blind;
    };
    tokio::join!(house.live(), watch).0
}

#[tokio::test(start_paused = true)]
async fn an_audit_that_cannot_be_read_is_read_once_more_from_a_fresh_load() {
    let house = House::new(&["anna"]);
    let outcome = live_with_a_blind_audit(&house, 1).await;
    assert_eq!(outcome.ending, Ending::Done, "{}", outcome.why);
    assert_eq!(house.path("anna"), "APPROVED PRECHECK INTENT ACTED VERIFYING DONE CONFIRMED");
    house.check();
}

#[tokio::test(start_paused = true)]
async fn an_audit_that_cannot_be_read_twice_is_left_to_the_next_run() {
    let house = House::new(&["anna"]);
    let outcome = live_with_a_blind_audit(&house, 2).await;
    assert_eq!(house.state("anna"), EffectState::Done);
    assert_eq!(outcome.why, "1 done and not yet audited; the next run reads them once more");
    assert_eq!(house.live().await.ending, Ending::Done);
    assert_eq!(house.path("anna"), "APPROVED PRECHECK INTENT ACTED VERIFYING DONE CONFIRMED");
    house.check();
}

#[tokio::test(start_paused = true)]
async fn an_audit_that_finds_the_person_again_is_for_a_person() {
    let house = House::new(&["anna"]);
    let watch = async {
        while house.state("anna") != EffectState::Done {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        house.world().people.insert("anna".into(), super::site::name_of("anna"));
    };
    let (outcome, ()) = tokio::join!(house.live(), watch);
    assert_eq!(outcome.ending, Ending::InDoubt);
    assert!(house.path("anna").ends_with("DONE NEEDS_HUMAN"));
}

#[tokio::test(start_paused = true)]
async fn whose_click_takes_out_somebody_else_is_not_clicked_again_and_nobody_after_them() {
    let house = House::new(&["anna", "bert"]);
    house.world().whims.push_back(Whim::AnotherInstead);
    let outcome = house.live().await;
    assert_eq!(house.world().log, ["instead of anna"], "no second click, and nobody else: {}", outcome.why);
    assert_eq!(house.path("anna"), "APPROVED PRECHECK INTENT ACTED VERIFYING VERIFYING NEEDS_HUMAN");
    assert_eq!(outcome.ending, Ending::InDoubt);
    assert!(house.why("anna").contains("the page's own total fell from 2 to 1"), "{}", house.why("anna"));
    assert!(outcome.why.contains("1 is missing that it did not take out"), "{}", outcome.why);
    // What stopped it holds until a person has looked.
    let latch = house.ledger.open_latch(&house.account, Realm::Practice).unwrap();
    assert_eq!(latch.map(|latch| latch.sign).as_deref(), Some("fall"));
    assert_eq!(house.live().await.ending, Ending::InDoubt);
    assert_eq!(house.world().log, ["instead of anna"]);
}

#[tokio::test(start_paused = true)]
async fn who_leaves_in_somebodys_place_is_noticed_beside_removals_that_happened() {
    let house = House::new(&["anna", "bert", "carl", "zoe"]);
    house.world().whims.extend([Whim::Removes, Whim::AnotherInstead]);
    let outcome = house.live().await;
    assert_eq!(house.world().log, ["removed anna", "instead of bert"], "{}", outcome.why);
    assert_eq!(house.state("bert"), EffectState::NeedsHuman);
    assert_eq!((house.state("carl"), outcome.ending), (EffectState::Approved, Ending::InDoubt));
    let why = "the page's own total fell from 4 to 2, and 1 of that is this program's at most";
    assert!(house.why("bert").contains(why), "{}", house.why("bert"));
}

/// A run on a site with these whims, whose total is late by so many seconds: where everybody stands, and how it ended.
async fn with_totals(people: &[&str], whims: &[Whim], (lag, gap): (u64, u64)) -> (House, Vec<EffectState>, Outcome) {
    let house = House::new(people);
    house.world().whims.extend(whims);
    house.world().total_lags = Duration::from_secs(lag);
    let (audit_after, gap) = (Duration::from_secs(20), Duration::from_secs(gap));
    let gap = Span { min: gap, max: gap };
    let pace = Pace { gap, audit_after, not_applied_after: Duration::from_secs(30), ..Pace::off() };
    let outcome = house.run(&Order { pace, ..house.order(Mode::Live) }).await.unwrap();
    house.check();
    let states = people.iter().map(|slug| house.state(slug)).collect();
    (house, states, outcome)
}

#[tokio::test(start_paused = true)]
async fn whom_the_search_hides_while_the_total_does_not_fall_is_in_doubt_and_nothing_is_claimed() {
    let (house, _, outcome) = with_totals(&["anna"], &[Whim::Hides], (0, 0)).await;
    assert_eq!(house.path("anna"), "APPROVED PRECHECK INTENT ACTED VERIFYING DONE NEEDS_HUMAN");
    assert_eq!(outcome.ending, Ending::InDoubt, "{}", outcome.why);
    let why = house.why("anna");
    assert!(why.contains("the page's own total was 1 before, and is 1 after 1 removal"), "{why}");
    let again = "note the page's own total was 1 before, and is 1 after 1 removal; a total may be late, so that it is read once more";
    assert!(house.shown.lock().unwrap().iter().any(|line| line == again), "{:?}", house.shown);
    // The next run claims nothing either.
    assert_eq!(house.live().await.ending, Ending::InDoubt);
    assert_eq!(house.world().log, ["ignored anna"]);
}

#[tokio::test(start_paused = true)]
async fn whose_own_reading_fell_is_done_beside_somebody_in_doubt() {
    use EffectState::{Confirmed, NeedsHuman};
    let people = ["anna", "bert", "carl"];
    let hides = [Whim::Removes, Whim::Hides, Whim::Removes];
    let (_, states, outcome) = with_totals(&people, &hides, (0, 60)).await;
    assert_eq!((states, outcome.ending), (vec![Confirmed, NeedsHuman, Confirmed], Ending::InDoubt), "{}", outcome.why);
    // Close together, the fall may be that of the one before, which is only late.
    let (_, states, _) = with_totals(&people, &hides, (0, 0)).await;
    assert_eq!(states, [Confirmed, NeedsHuman, NeedsHuman]);
}

#[tokio::test(start_paused = true)]
async fn a_removal_that_the_site_makes_late_and_counts_late_proves_nobody_who_was_clicked_after_it() {
    // Somewhere in this range the total falls by the first person between the two readings around the second one's click.
    for lag in [17, 18, 19, 20] {
        let (house, states, outcome) = with_totals(&["anna", "bert"], &[Whim::Late(12), Whim::Hides], (lag, 0)).await;
        assert_eq!((states[1], outcome.ending), (EffectState::NeedsHuman, Ending::InDoubt), "{lag}: {}", outcome.why);
        assert_eq!(house.world().log, ["promised anna", "removed anna", "ignored bert"]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_total_that_is_late_is_no_alarm_and_people_who_come_in_between_two_are_none() {
    use EffectState::Confirmed;
    for timing in [(5, 0), (15, 0), (29, 0), (29, 5), (29, 40)] {
        let (_, states, outcome) = with_totals(&["anna", "bert"], &[], timing).await;
        assert_eq!((states, outcome.ending), (vec![Confirmed; 2], Ending::Done), "{timing:?}: {}", outcome.why);
    }
    let house = House::new(&["anna", "bert"]);
    let come = async {
        while house.state("anna") != EffectState::Done {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        house.world().people.insert("zoe".into(), super::site::name_of("zoe"));
    };
    let (outcome, ()) = tokio::join!(house.live(), come);
    assert_eq!(outcome.ending, Ending::Done, "{}", outcome.why);
    house.check();
}

#[tokio::test(start_paused = true)]
async fn what_an_earlier_run_read_of_the_total_counts_in_the_next() {
    for (whim, ends) in [(Whim::Removes, EffectState::Confirmed), (Whim::Hides, EffectState::NeedsHuman)] {
        // Cut off between the click and the reading after it, and between that reading and the audit.
        for at in [EffectState::Acted, EffectState::Done] {
            let house = House::new(&["anna", "bert"]);
            house.world().whims.push_back(whim);
            let order = house.order(Mode::Live);
            let cut = async {
                while house.state("anna") != at {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
            };
            tokio::select! {
                _ = house.run(&order) => panic!("it was to be cut off"),
                () = cut => {}
            }
            house.world().open = 0;
            tokio::time::sleep(Duration::from_secs(60)).await;
            house.live().await;
            house.check();
            assert_eq!((house.state("anna"), house.state("bert")), (ends, EffectState::Confirmed), "{whim:?}, {at}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_missing_picture_is_a_gap_and_never_a_second_click() {
    let house = House::new(&["anna"]);
    house.world().dark = true;
    let outcome = house.live().await;
    assert_eq!(house.world().log, ["removed anna"]);
    assert_eq!((house.state("anna"), outcome.ending), (EffectState::Confirmed, Ending::SomeFailed));
    assert!(house.why("anna").contains("evidence incomplete: no `after` picture"), "{}", house.why("anna"));
    assert!(outcome.why.contains("the evidence is incomplete"), "{}", outcome.why);
}

#[tokio::test(start_paused = true)]
async fn a_limit_counts_people_and_says_what_is_left() {
    let house = House::new(&["anna", "bert", "carl"]);
    house.world().whims.extend([Whim::Ignores, Whim::Removes, Whim::Removes]);
    let outcome = house.live_limited(2).await;
    assert_eq!(house.world().log, ["ignored anna", "removed anna", "removed bert"]);
    assert_eq!((outcome.ending, outcome.remaining), (Ending::DueLater, 1));
    assert_eq!(outcome.why, "1 are left");
    assert!(outcome.due_at.is_some());
    let items: Vec<String> = house.shown.lock().unwrap().iter().filter(|l| l.starts_with("item")).cloned().collect();
    assert_eq!(items, ["item 1/2 anna", "item 1/2 anna", "item 2/2 bert"]);
    assert_eq!(house.live().await.ending, Ending::Done);
    house.check();
}

#[tokio::test(start_paused = true)]
async fn a_rehearsal_moves_nothing_and_leaves_a_crash_alone() {
    let house = House::new(&["anna", "bert", "carl"]);
    house.world().people.remove("bert");
    house.ledger.keep(&house.account, &kept("carl")).unwrap();
    let outcome = house.run(&house.order(Mode::Rehearsal)).await.unwrap();
    assert_eq!((outcome.ending, outcome.rehearsed), (Ending::Done, (1, 3)));
    assert_eq!(
        house.run_facts(),
        ["rehearsed anna Ready", "rehearsed bert NotFound", "rehearsed carl Kept", "complete", "ended done"]
    );
    assert_eq!(house.path("anna"), "APPROVED");
    assert_eq!(house.world().times.len(), 0);
    // A live run is cut off with anna in flight; a rehearsal that meets a lost session must not touch that.
    let order = house.order(Mode::Live);
    let intended = async {
        while house.state("anna") != EffectState::Intent {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    };
    tokio::select! {
        _ = house.run(&order) => panic!("the run was not cut off"),
        () = intended => {}
    }
    let before = house.path("anna");
    let call = house.world().calls + 3;
    house.world().lost_at.push(call);
    house.run(&house.order(Mode::Rehearsal)).await.unwrap();
    assert_eq!(house.path("anna"), before);
}

#[tokio::test(start_paused = true)]
async fn the_keep_list_holds_at_the_last_moment() {
    let house = House::new(&["anna", "bert"]);
    house.ledger.keep(&house.account, &kept("bert")).unwrap();
    let watch = async {
        while house.state("anna") != EffectState::Precheck {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        house.ledger.keep(&house.account, &kept("anna")).unwrap();
    };
    let (outcome, ()) = tokio::join!(house.live(), watch);
    assert_eq!(house.path("anna"), "APPROVED PRECHECK EXCLUDED");
    assert_eq!(house.path("bert"), "APPROVED EXCLUDED");
    assert_eq!((outcome.ending, house.world().times.len()), (Ending::Done, 0));
}

fn kept(slug: &str) -> crate::ledger::KeepRow {
    crate::ledger::KeepRow {
        slug: slug.parse().unwrap(),
        reason: "family".into(),
        at: "2026-03-02T09:00:00Z".parse().unwrap(),
    }
}
