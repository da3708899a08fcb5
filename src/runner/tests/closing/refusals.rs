//! What a page refuses or wants besides: a password that is wrong, a box, a text, a dialog that nobody told of, an end page in other
//! words.

use super::bed::Bed;
use super::person::Types;
use super::screen::{Screen, VARIANTS, Variant};
use super::world::{Last, Visitors};
use crate::event::exit::Ending;
use crate::event::fact::Public;
use crate::event::state::EffectState;

/// The orders of the pages whose last button needs the password on the same page.
const PASSWORD_LAST: [Variant; 3] = [Variant::TwoPages2017, Variant::Pages2026, Variant::Hibernates];

#[tokio::test(start_paused = true)]
async fn a_password_that_is_wrong_twice_is_asked_for_a_third_time() {
    for variant in VARIANTS {
        for wrong in [1, 2] {
            let bed = Bed::new(variant);
            let mut person = bed.person();
            person.types = vec![Types::Wrong; wrong].into();
            let outcome = bed.live_with(&mut person).await;
            let told = format!("{variant:?}, {wrong} wrong: {outcome:?}");
            assert_eq!((outcome.state, bed.ended()), (Some(EffectState::Done), 1), "{told}");
            let again = person.asked.iter().filter(|asked| *asked == "password!").count();
            assert_eq!(again, wrong, "{told}: {:?}", person.asked);
            bed.check_record();
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_password_that_is_wrong_three_times_is_refused_and_not_in_doubt() {
    for variant in VARIANTS {
        for documents in [false, true] {
            let bed = Bed::new(variant);
            bed.world().odd.documents = documents;
            let mut person = bed.person();
            person.types = [Types::Wrong, Types::Wrong, Types::Wrong, Types::Right].into();
            let outcome = bed.live_with(&mut person).await;
            let told = format!("{variant:?}, documents {documents}: {outcome:?}, {}", bed.path());
            assert_eq!((outcome.ending, outcome.state), (Ending::SomeFailed, Some(EffectState::Failed)), "{told}");
            assert!(outcome.why.contains("not done: password refused"), "{told}");
            let asked = person.asked.iter().filter(|asked| asked.starts_with("password")).count();
            assert_eq!((asked, bed.ended()), (3, 0), "{told}");
            // What was clicked is proved to have done nothing, and only by an account that was open for long enough.
            let clicked = PASSWORD_LAST.contains(&variant) || bed.sent() > 0;
            assert_eq!(bed.path().ends_with("VERIFYING NOT_APPLIED FAILED"), clicked, "{told}");
            bed.check_record();
        }
    }
}

#[tokio::test(start_paused = true)]
async fn who_gives_up_after_a_wrong_password_is_not_in_doubt_either() {
    let bed = Bed::new(Variant::TwoPages2017);
    let mut person = bed.person();
    person.types = [Types::Wrong, Types::Nothing].into();
    let outcome = bed.live_with(&mut person).await;
    assert_eq!((outcome.ending, outcome.state), (Ending::SomeFailed, Some(EffectState::Failed)), "{outcome:?}");
    assert_eq!((bed.sent(), bed.ended()), (1, 0));
    bed.check_record();
}

#[tokio::test(start_paused = true)]
async fn a_field_that_is_marked_as_wrong_from_the_start_is_no_refusal() {
    for variant in PASSWORD_LAST {
        for (last, state) in [
            (Last::Does, EffectState::Done),
            (Last::Nothing, EffectState::NeedsHuman),
            (Last::Late(90), EffectState::NeedsHuman),
        ] {
            let bed = Bed::new(variant);
            {
                let mut world = bed.world();
                (world.odd.marked, world.odd.documents) = (true, false);
                world.lasts.push_back(last);
            }
            let outcome = bed.live().await;
            assert_eq!((outcome.state, bed.sent()), (Some(state), 1), "{variant:?}, {last:?}: {outcome:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_of_a_page_that_asks_for_nothing_stays_in_doubt() {
    let bed = Bed::new(Variant::TwoPages2017);
    bed.world().lasts.push_back(Last::No);
    let outcome = bed.live().await;
    assert_eq!((outcome.ending, outcome.state), (Ending::InDoubt, Some(EffectState::NeedsHuman)), "{outcome:?}");
}

#[tokio::test(start_paused = true)]
async fn a_box_that_nobody_told_of_ends_it_before_the_password() {
    for (at, variant) in VARIANTS.into_iter().enumerate() {
        let screens = [Screen::Warning, Screen::Reason, Screen::Verify, Screen::Password, Screen::Mail, Screen::Last];
        for (nth, screen) in screens.into_iter().enumerate() {
            let rehearses = (at + nth) % 2 == 0;
            let bed = Bed::new(variant);
            bed.world().odd.strange_box = Some(screen);
            let outcome = if rehearses { bed.rehearsal().await } else { bed.live().await };
            let told = format!("{screen:?} of {variant:?}, rehearsal {rehearses}: {outcome:?}");
            if outcome.ending == Ending::Done {
                // The order has no such page, or the page stands behind a password, where no rehearsal comes.
                assert!(rehearses || bed.ended() == 1, "{told}");
                continue;
            }
            assert_eq!((outcome.ending, bed.sent(), bed.ended()), (Ending::SomeFailed, 0, 0), "{told}");
            assert!(outcome.why.contains("a box") && outcome.why.contains("delete my data elsewhere"), "{told}");
            let after = matches!(variant, Variant::PasswordFirst | Variant::VerifiesFirst | Variant::VerifiesLate);
            assert!(bed.secrets() == 0 || after && screen != Screen::Verify, "{told}");
        }
    }
    // On the page with the last button both find it before the password.
    for variant in PASSWORD_LAST {
        let bed = Bed::new(variant);
        bed.world().odd.strange_box = Some(Screen::Password);
        assert_eq!(bed.rehearsal().await.ending, Ending::SomeFailed, "{variant:?}");
        assert_eq!(bed.live().await.ending, Ending::SomeFailed, "{variant:?}");
        assert_eq!(bed.secrets(), 0, "{variant:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_text_that_the_page_wants_is_told_by_the_rehearsal() {
    for variant in [Variant::TwoPages2017, Variant::Hibernates] {
        let bed = Bed::new(variant);
        bed.world().odd.wants_comment = true;
        let mut order = bed.order(&bed.plan(crate::event::fact::Mode::Rehearsal), crate::event::fact::Mode::Rehearsal);
        order.inputs.insert("comment".to_owned(), String::new());
        let outcome = bed.carry_out(&order, &mut bed.person()).await.unwrap();
        assert_eq!(outcome.ending, Ending::SomeFailed, "{outcome:?}");
        assert!(outcome.why.contains("--comment"), "{outcome:?}");
    }
    let bed = Bed::new(Variant::TwoPages2017);
    bed.world().odd.wants_comment = true;
    assert_eq!(bed.live().await.state, Some(EffectState::Done), "a comment was given");
}

#[tokio::test(start_paused = true)]
async fn a_dialog_that_nobody_told_of_is_named_and_not_pressed() {
    let bed = Bed::new(Variant::TwoPages2017);
    bed.world().odd.dialog_early = true;
    let outcome = bed.live().await;
    assert_eq!((outcome.ending, outcome.state), (Ending::BadFile, Some(EffectState::Expired)), "{outcome:?}");
    assert_eq!((bed.sent(), bed.secrets()), (0, 0));
    assert!(
        outcome.why.contains("`Are you sure? This cannot be undone.` with `Yes, close it`, `Cancel`"),
        "{outcome:?}"
    );
    let bed = Bed::new(Variant::TwoPages2017);
    bed.world().lasts.push_back(Last::Dialog);
    let outcome = bed.live().await;
    assert_eq!((outcome.ending, outcome.state), (Ending::InDoubt, Some(EffectState::NeedsHuman)), "{outcome:?}");
    assert_eq!((bed.sent(), bed.ended()), (1, 0));
    assert!(
        outcome.why.contains("`Are you sure? This cannot be undone.` with `Yes, close it`, `Cancel`"),
        "{outcome:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn what_a_visitor_sees_decides_only_where_the_end_page_says_nothing_known() {
    for (visitors, seen) in [
        (Visitors::Honest, (Public::StillThere, Public::Gone)),
        (Visitors::StillSee, (Public::StillThere, Public::StillThere)),
        (Visitors::Wall, (Public::CannotTell, Public::CannotTell)),
        (Visitors::Nameless, (Public::CannotTell, Public::CannotTell)),
        (Visitors::Unopened, (Public::CannotTell, Public::CannotTell)),
        (Visitors::Lost, (Public::CannotTell, Public::CannotTell)),
    ] {
        let by_it = if visitors == Visitors::Honest { EffectState::Done } else { EffectState::NeedsHuman };
        for (last, state) in [
            (Last::Does, EffectState::Done),
            (Last::OtherWords, by_it),
            (Last::NoEndPage, EffectState::NeedsHuman),
            (Last::BrokenAfter, EffectState::NeedsHuman),
            (Last::ThenCaptcha, EffectState::NeedsHuman),
        ] {
            let bed = Bed::new(Variant::TwoPages2017);
            bed.world().visitors = visitors;
            bed.world().lasts.push_back(last);
            let outcome = bed.live().await;
            assert_eq!(outcome.public, (Some(seen.0), Some(seen.1)), "{visitors:?}");
            assert_eq!(outcome.state, Some(state), "{visitors:?}, {last:?}: {}", outcome.why);
        }
    }
    // That nobody is signed in and that a visitor sees nothing are no proof where the visitor saw nothing before, and an
    // account that is open is not closed, whatever the end page says.
    for last in [Last::OnlySignedOut, Last::OnlySaid] {
        let bed = Bed::new(Variant::TwoPages2017);
        bed.world().lasts.push_back(last);
        assert_eq!(bed.live().await.state, Some(EffectState::NeedsHuman), "{last:?}");
    }
}
