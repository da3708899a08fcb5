//! Menus and dialogs that lie over a page: closed once they were looked at, and opened anew where they went by themselves.
//!
//! The browser closes a popover at any press, also at one of which the page never hears, and a page closes a menu when it draws
//! anew what the menu belongs to. It does not know what is in them.

use std::time::Duration;

use super::halt::Halt;
use super::look::{Wanted, sign};
use super::{Values, Walk, Walker};
use crate::browser::page::{Page, Refused, Status};
use crate::flow::pack::Pack;
use crate::flow::query::Refusal;
use crate::flow::tree::{Flow, Step, Verb};

/// So many menus and dialogs that were opened only to look are closed, one in another; a page with more is left as it is.
const MOST_LAYERS: usize = 3;

/// So often one walk opens anew what went; a page that closes it each time is left for a person.
pub(super) const MOST_REOPENED: u32 = 2;

impl Walk<'_> {
    /// Goes back to the click that brings up what the step's target is in, where the walk saw the target or a press of the walk
    /// was stopped by the guard, and the target is gone. Nothing irreversible was sent then. Whether it does.
    pub(super) fn reopen(&mut self, pack: &Pack, missed: &Refused) -> bool {
        let is_gone = matches!(missed.kind, Refusal::NotFound | Refusal::Hidden);
        let was_there = self.step().and_then(Step::target).is_some_and(|target| self.saw.contains(&target.value));
        if !is_gone || !(was_there || self.pressed_in_vain) || self.reopened >= MOST_REOPENED {
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
        self.pressed_in_vain = false;
        self.reopened += 1;
        true
    }
}

impl<P: Page> Walker<'_, P> {
    /// Closes the menus and dialogs that were opened only to look. One Escape may close several of them, so that it is looked
    /// before each press whether any is open still, and nothing is pressed where none is.
    ///
    /// # Errors
    /// A stop sign, a prompt, an unreachable site, a lost session.
    pub(in crate::runner) async fn close_layers(&mut self, flow: &Flow) -> Result<(), Halt> {
        let walk = Walk::new(flow, Values::new());
        let wanted = Wanted::of(vec![], Duration::ZERO);
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
