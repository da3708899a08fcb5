//! Menus and dialogs that lie over a page: closed once they were looked at, and opened anew where a press closed them that
//! the guard had stopped.
//!
//! The browser closes a popover at any press, also at one of which the page never hears. It does not know what is in them.

use std::time::Duration;

use super::halt::Halt;
use super::look::{Wanted, sign};
use super::walk::{Values, Walk, Walker};
use crate::browser::page::{Page, Refused, Status};
use crate::flow::pack::Pack;
use crate::flow::query::Refusal;
use crate::flow::tree::{Flow, Step, Verb};

/// So many menus and dialogs that were opened only to look are closed, one in another; a page with more is left as it is.
const MOST_LAYERS: usize = 3;

/// Whether a press of a walk was stopped by the guard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stopped {
    Never,
    /// It was. A menu or dialog that the browser closes at any press is gone all the same.
    Just,
    /// It was, and the walk went back to open anew what the press had closed. It does so once.
    Reopened,
}

impl Walk<'_> {
    /// Goes back to the click that brings up what the step's target is in, where a press that was stopped has closed it.
    /// Whether it does.
    pub(super) fn reopen(&mut self, pack: &Pack, missed: &Refused) -> bool {
        let is_gone = matches!(missed.kind, Refusal::NotFound | Refusal::Hidden);
        if self.stopped != Stopped::Just || !is_gone {
            return false;
        }
        let target = self.step().and_then(Step::target).and_then(|target| pack.targets.get(&target.value));
        let Some(after) = target.and_then(|target| target.after.as_ref()) else { return false };
        let opens = |step: &Step| {
            matches!(step.verb, Verb::Click(_)) && step.target().is_some_and(|target| target.value == after.value)
        };
        let Some(at) = self.flow.steps[..self.at].iter().rposition(opens) else { return false };
        self.at = at;
        self.retries_left = None;
        self.stopped = Stopped::Reopened;
        true
    }
}

impl<P: Page> Walker<'_, P> {
    /// Closes the menus and dialogs that were opened only to look. One Escape may close several of them, so that it is looked
    /// before each press whether any is open still, and nothing is pressed where none is.
    ///
    /// # Errors
    /// A stop sign, a prompt, an unreachable site, a lost session.
    pub(super) async fn close_layers(&mut self, flow: &Flow) -> Result<(), Halt> {
        let walk = Walk::new(flow, Values::new());
        let wanted =
            Wanted { wants: vec![], skips_from: 0, within: Duration::ZERO, arm: None, arm_when: vec![], redraws: None };
        let mut before = u32::MAX;
        for turn in 0..=MOST_LAYERS {
            let sight = self.look(&walk, &wanted, None).await?;
            if sight.status == Status::Stop {
                return Err(sign(&sight));
            }
            // What an Escape did not close is closed by none.
            if sight.layers == 0 || sight.layers >= before || turn == MOST_LAYERS {
                break;
            }
            before = sight.layers;
            self.page.press("Escape").await?;
        }
        Ok(())
    }
}
