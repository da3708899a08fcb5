//! A process that ends at any point: the run is dropped at one of the moments at which it waits, or right after one of the facts
//! that it wrote.
//!
//! Nothing of ours runs after that. What the browser was told to do has happened by then, or never will; both occur, since
//! the simulated click waits before it arrives and again before it is answered.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::bed::{Bed, Gate, is_soak};
use super::screen::{VARIANTS, Variant};
use crate::event::fact::Mode;
use crate::event::state::EffectState;

/// A future that is dropped when it waits for the so manieth time.
struct Cut<'a, T> {
    inner: Pin<Box<dyn Future<Output = T> + 'a>>,
    left: u32,
}

impl<T> Future for Cut<'_, T> {
    /// What came of it; none where it was cut.
    type Output = Option<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match catch_unwind(AssertUnwindSafe(|| self.inner.as_mut().poll(context))) {
            Ok(Poll::Ready(ended)) => Poll::Ready(Some(ended)),
            Ok(Poll::Pending) if self.left > 1 => {
                self.left -= 1;
                Poll::Pending
            }
            Ok(Poll::Pending) => Poll::Ready(None),
            Err(why) if why.is::<&str>() && *why.downcast_ref::<&str>().unwrap() == super::bed::ENDS => {
                Poll::Ready(None)
            }
            Err(why) => std::panic::resume_unwind(why),
        }
    }
}

/// Runs until it ends, until it waits for the so manieth time, or until the process is to end after a fact.
pub(super) async fn cut<'a, T>(run: impl Future<Output = T> + 'a, at: u32) -> Option<T> {
    Cut { inner: Box::pin(run), left: at }.await
}

/// Where a process ends.
#[derive(Debug, Clone, Copy)]
enum At {
    Wait(u32),
    Fact(u32),
}

/// A live closure that ends there, and what the next process finds and does. None: it came to its own end.
async fn ends(dir: &Path, variant: Variant, code: bool, at: At) -> Option<bool> {
    let bed = Bed::within(dir, &format!("{at:?}").replace(['(', ')'], "-").to_lowercase(), variant);
    bed.world().odd.code = code;
    let waits = match at {
        At::Wait(waits) => waits,
        At::Fact(facts) => {
            *bed.dies_after.lock().unwrap() = Some(facts);
            u32::MAX
        }
    };
    let order = bed.order(&bed.plan(Mode::Live), Mode::Live);
    let mut person = bed.person();
    let ended = cut(bed.carry_out(&order, &mut person), waits).await;
    *bed.dies_after.lock().unwrap() = None;
    // The browser of a dead process is ended by the next one.
    bed.world().running = 0;
    bed.check();
    if let Some(outcome) = ended {
        let outcome = outcome.unwrap();
        assert_eq!(outcome.state, Some(EffectState::Done), "{variant:?}, {at:?}: {}", outcome.why);
        return None;
    }
    let was_intended = bed.path().contains("INTENT");
    bed.settle();
    bed.check();
    let (sent, path) = (bed.sent(), format!("{variant:?}, {at:?}: {}", bed.path()));
    if was_intended {
        // It may have happened: a person has to look, and neither the command line nor the ledger lets it be tried again.
        let gate = match bed.state() {
            EffectState::Done => Gate::Closed,
            EffectState::NeedsHuman => Gate::InDoubt,
            _ => panic!("{path}"),
        };
        assert_eq!(bed.gate(), Some(gate), "{path}");
        bed.live().await;
        assert_eq!(bed.sent(), sent, "{path}");
    } else {
        assert_eq!((sent, bed.gate()), (0, None), "{path}");
        let again = bed.live().await;
        assert_eq!(again.state, Some(EffectState::Done), "{path}: {}", again.why);
        assert_eq!(bed.sent(), 1 + u32::from(code), "{path}");
    }
    assert!(bed.ended() <= 1, "{path}");
    bed.check_record();
    Some(was_intended)
}

/// Ends the process at each place of this kind, or at one in so many, until a closure comes to its own end.
async fn everywhere(variant: Variant, code: bool, (one_in, place): (u32, impl Fn(u32) -> At)) -> (u32, u32) {
    let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
    let dir = folder.path().canonicalize().unwrap().join("data");
    let (mut before, mut after) = (0, 0);
    let first = rand::random_range(1..=one_in);
    println!("{variant:?}, code {code}: one place in {one_in}, from {first} on");
    for at in (first..).step_by(one_in as usize) {
        match ends(&dir, variant, code, place(at)).await {
            Some(true) => after += 1,
            Some(false) => before += 1,
            None => break,
        }
    }
    println!("{variant:?}: ended at {before} places before the intention, at {after} after it");
    (before, after)
}

/// Ends it at each wait and after each fact, and says that there were enough of both.
async fn everywhere_in(variant: Variant, code: bool) {
    let (waits, facts) = if is_soak() { (1, 1) } else { (9, 3) };
    let (before, after) = everywhere(variant, code, (facts, At::Fact)).await;
    assert!(before * facts > 8 && after * facts > 8, "too few facts: {before}, {after}");
    let (before, after) = everywhere(variant, code, (waits, At::Wait)).await;
    assert!(before * waits > 40 && after * waits > 10, "too few waits: {before}, {after}");
}

#[tokio::test(start_paused = true)]
async fn a_process_that_ends_anywhere_closes_at_most_once() {
    everywhere_in(Variant::PasswordFirst, false).await;
    if is_soak() {
        for variant in VARIANTS {
            everywhere_in(variant, false).await;
            everywhere_in(variant, true).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_process_that_ends_anywhere_between_two_clicks_closes_at_most_once() {
    everywhere_in(Variant::Pages2026, true).await;
}

#[tokio::test(start_paused = true)]
async fn a_process_that_ends_anywhere_hibernates_at_most_once() {
    everywhere_in(Variant::HibernatesAtOnce, false).await;
}
