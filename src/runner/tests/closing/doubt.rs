//! After the intention: what each answer to the last click comes to. DONE takes a fresh load that asks to sign in, and the end page
//! or a visitor who saw the profile before and is told now that there is none; anything less is a person's to settle, and nothing is
//! ever tried again.

use super::bed::{Bed, Gate, is_soak};
use super::person::Helps;
use super::screen::{VARIANTS, Variant};
use super::world::{Last, Sudden, Worker};
use crate::event::exit::Ending;
use crate::event::fact::{Mode, Public};
use crate::event::id::Realm;
use crate::event::state::EffectState;
use crate::runner::wait::Stop;

/// What the last button does, where the effect stands then, and whether the account is closed.
const ANSWERS: [(Last, EffectState, bool); 23] = [
    (Last::Does, EffectState::Done, true),
    (Last::DoesWithForm, EffectState::Done, true),
    (Last::OtherWords, EffectState::Done, true),
    (Last::Nothing, EffectState::NeedsHuman, false),
    (Last::Blocked, EffectState::Failed, false),
    (Last::Stale, EffectState::Failed, false),
    (Last::StaleAfter, EffectState::Done, true),
    (Last::RefusedAfter, EffectState::Done, true),
    (Last::LostBefore, EffectState::NeedsHuman, false),
    (Last::LostAfter, EffectState::NeedsHuman, true),
    (Last::NoEndPage, EffectState::NeedsHuman, true),
    (Last::BrokenAfter, EffectState::NeedsHuman, true),
    (Last::BrokenBefore, EffectState::NeedsHuman, false),
    (Last::Late(90), EffectState::NeedsHuman, false),
    (Last::OnlySaid, EffectState::NeedsHuman, false),
    (Last::OnlySignedOut, EffectState::NeedsHuman, false),
    (Last::ThenCaptcha, EffectState::NeedsHuman, true),
    (Last::ThenTooMany, EffectState::NeedsHuman, true),
    (Last::ThenLost, EffectState::NeedsHuman, true),
    (Last::No, EffectState::NeedsHuman, false),
    (Last::Prompt, EffectState::NeedsHuman, false),
    (Last::Dialog, EffectState::NeedsHuman, false),
    (Last::Captcha, EffectState::Done, true),
];

#[tokio::test(start_paused = true)]
async fn each_answer_to_the_last_click_comes_to_what_is_proved() {
    let variants = if is_soak() { &VARIANTS[..] } else { &[Variant::PasswordFirst, Variant::HibernatesAtOnce] };
    for (at, variant) in variants.iter().enumerate() {
        for documents in [false, true] {
            for (last, state, ended) in ANSWERS {
                if !is_soak() && documents == (at % 2 == 0) {
                    continue;
                }
                let bed = Bed::new(*variant);
                bed.world().odd.documents = documents;
                bed.world().lasts.push_back(last);
                let outcome = bed.live().await;
                let told = format!("{last:?} in {variant:?}, documents {documents}: {outcome:?}");
                assert_eq!((outcome.state, bed.ended()), (Some(state), usize::from(ended)), "{told}");
                assert_eq!(bed.sent(), 1, "{told}");
                bed.check_record();
                // What the site asks for afterwards holds the account back besides.
                let now = bed.clock.now();
                let latched = bed.ledger.open_latch(&bed.account, Realm::Practice).unwrap().is_some();
                let silent = bed.ledger.silence(&bed.account, Realm::Practice, &now).unwrap().is_some();
                assert_eq!((latched, silent), (last == Last::ThenCaptcha, last == Last::ThenTooMany), "{told}");
                is_never_tried_again(&bed, state).await;
            }
        }
    }
}

/// A service worker answers every load after the last click with the page to sign in that it kept, although nothing was done or
/// nobody is signed out. Passed by, the site's own server says what is so; what cannot be passed by proves nothing.
#[tokio::test(start_paused = true)]
async fn what_a_service_worker_kept_is_no_proof_of_a_closure() {
    for variant in [Variant::ThreePages2022, Variant::HibernatesAtOnce] {
        for documents in [false, true] {
            for from_the_start in [false, true] {
                for stubborn in [false, true] {
                    for last in [Last::OnlySaid, Last::Does] {
                        let bed = Bed::new(variant);
                        bed.world().odd.documents = documents;
                        bed.world().odd.worker = Some(Worker { from_the_start, stubborn });
                        bed.world().lasts.push_back(last);
                        let outcome = bed.live().await;
                        let told = format!(
                            "{last:?} in {variant:?}, documents {documents}, from the start {from_the_start}, stubborn \
                             {stubborn}: {outcome:?}"
                        );
                        // A page that came from the worker after the click proves nothing, and is not loaded anew: its words
                        // would be lost. One that was there before is the site's own.
                        let is_read = !stubborn && (from_the_start || !documents);
                        let is_proved = last == Last::Does && is_read;
                        let state = if is_proved { EffectState::Done } else { EffectState::NeedsHuman };
                        assert_eq!((outcome.state, bed.sent()), (Some(state), 1), "{told}");
                        if stubborn {
                            assert!(outcome.why.contains("service worker"), "{told}");
                            assert_eq!(outcome.public.1, Some(Public::CannotTell), "{told}");
                        } else {
                            let gone = if last == Last::Does { Public::Gone } else { Public::StillThere };
                            assert_eq!(outcome.public.1, Some(gone), "{told}");
                        }
                        bed.check_record();
                    }
                }
            }
        }
    }
}

/// Neither the command line nor the ledger lets it be tried again, whoever asks, and however much later.
async fn is_never_tried_again(bed: &Bed, state: EffectState) {
    let gate = match state {
        EffectState::Done => Gate::Closed,
        EffectState::NeedsHuman => Gate::InDoubt,
        _ => Gate::Attempt,
    };
    let held = bed.gate();
    // A stop sign or silence may have been met besides.
    assert!(held == Some(gate) || held == Some(Gate::Latched) && state == EffectState::NeedsHuman, "{state}: {held:?}");
    if state == EffectState::Failed {
        return;
    }
    tokio::time::sleep(std::time::Duration::from_secs(25 * 3600)).await;
    let (sent, reached, ended) = (bed.sent(), bed.reached(), bed.ended());
    bed.world().captcha = false;
    bed.live().await;
    assert_eq!((bed.sent(), bed.reached()), (sent, reached));
    // What was late may have come meanwhile; nothing else did.
    assert!(bed.ended() <= ended.max(1));
}

#[tokio::test(start_paused = true)]
async fn whatever_shows_at_any_look_after_the_click_is_in_doubt_or_done() {
    let whole = Bed::new(Variant::TwoPages2017);
    whole.live().await;
    let looks = whole.looks();
    for sudden in [
        Sudden::SignedOut,
        Sudden::OtherAccount,
        Sudden::TooMany,
        Sudden::Restricted,
        Sudden::Captcha,
        Sudden::Broken,
        Sudden::Blank,
        Sudden::Prompt,
        Sudden::Lost,
    ] {
        let mut doubts = 0;
        for at in (looks - 6..=looks).step_by(if is_soak() { 1 } else { 2 }) {
            let bed = Bed::new(Variant::TwoPages2017);
            bed.world().sudden.push((at, sudden));
            let mut person = bed.person();
            person.helps = Helps::Nothing;
            let outcome = bed.live_with(&mut person).await;
            assert!(bed.sent() <= 1);
            doubts += u32::from(outcome.state == Some(EffectState::NeedsHuman));
        }
        // The end page has no bar, and a fresh load is to ask to sign in: there these two are nothing new.
        let is_nothing_new = matches!(sudden, Sudden::SignedOut | Sudden::OtherAccount);
        assert!(doubts > 0 || is_nothing_new, "{sudden:?} is never in doubt");
    }
}

#[tokio::test(start_paused = true)]
async fn a_check_after_the_click_is_a_persons_and_nothing_is_clicked_again() {
    for (helps, state) in [
        (Helps::Does, EffectState::Done),
        (Helps::Nothing, EffectState::NeedsHuman),
        (Helps::Leaves, EffectState::NeedsHuman),
        (Helps::AsOther, EffectState::NeedsHuman),
    ] {
        for sees in [true, false] {
            let bed = Bed::new(Variant::TwoPages2017);
            bed.world().odd.device = true;
            if helps == Helps::AsOther {
                bed.world().lasts.push_back(Last::BrokenBefore);
            }
            let mut person = bed.person();
            (person.helps, person.sees) = (helps, sees);
            let outcome = bed.live_with(&mut person).await;
            assert_eq!((outcome.state, bed.sent()), (Some(state), 1), "{helps:?}: {}", outcome.why);
        }
    }
    let bed = Bed::new(Variant::TwoPages2017);
    bed.world().lasts.push_back(Last::Captcha);
    let mut person = bed.person();
    person.sees = false;
    let outcome = bed.live_with(&mut person).await;
    assert_eq!(outcome.state, Some(EffectState::NeedsHuman), "nobody sees the captcha: {}", outcome.why);
}

#[tokio::test(start_paused = true)]
async fn who_interrupts_at_once_after_the_last_click_leaves_it_to_a_person() {
    for variant in [Variant::TwoPages2017, Variant::Hibernates] {
        for stop in [Stop::Asked, Stop::Insisted] {
            let bed = Bed::new(variant);
            bed.world().lasts.push_back(Last::NoEndPage);
            let order = bed.order(&bed.plan(Mode::Live), Mode::Live);
            let sent = async {
                while bed.sent() == 0 {
                    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
                }
                bed.stop.send_replace(stop);
            };
            let mut person = bed.person();
            let (outcome, ()) = tokio::join!(bed.carry_out(&order, &mut person), sent);
            let outcome = outcome.unwrap();
            bed.check();
            bed.check_end(&outcome);
            assert_eq!((outcome.ending, outcome.state), (Ending::InDoubt, Some(EffectState::NeedsHuman)));
            assert_eq!(bed.sent(), 1);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_another_process_left_in_flight_or_in_doubt_is_not_tried_beside_it() {
    for settles in [true, false] {
        let bed = Bed::new(Variant::TwoPages2017);
        let order = bed.order(&bed.plan(Mode::Live), Mode::Live);
        let mut person = bed.person();
        let intended = async {
            while !bed.path().contains("INTENT") {
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
        };
        tokio::select! {
            _ = bed.carry_out(&order, &mut person) => panic!("the closure was not cut off"),
            () = intended => {}
        }
        bed.world().running = 0;
        assert_eq!((bed.state(), bed.sent()), (EffectState::Intent, 0));
        if settles {
            bed.settle();
            assert_eq!(bed.state(), EffectState::NeedsHuman);
        }
        let second = bed.live().await;
        assert_eq!((second.state, second.ending), (Some(EffectState::Expired), Ending::Stopped), "{}", second.why);
        assert_eq!(bed.sent(), 0);
    }
}
