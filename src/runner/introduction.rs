//! Whose account the site shows: read once a session, in a run and outside of one.
//!
//! It does not know whose account it should be.

use super::halt::Halt;
use super::walk::{Answered, Values, Walk, Walker};
use crate::browser::page::Page;
use crate::flow::pack::Pack;
use crate::flow::site::Identity;

/// Whose account the site shows, as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Introduced {
    /// From the address of the own profile; not checked yet.
    pub handle: String,
    /// The name beside it; empty where none is shown.
    pub name: String,
}

/// The walk that reads it, at its first step.
///
/// # Errors
/// The pack cannot tell whose account a page shows.
///
/// # Panics
/// The pack was not checked: its identity names an unknown flow.
pub fn walk(pack: &Pack) -> Result<Walk<'_>, Halt> {
    let flow = pack.flows.get(&site(pack)?.flow.value).expect("the pack's check refuses an unknown identity flow");
    Ok(Walk::new(flow, Values::new()))
}

impl<P: Page> Walker<'_, P> {
    /// Reads whose account the site shows, with a walk of [`walk`]. When dropped in the middle of a
    /// command the session is unusable.
    ///
    /// # Errors
    /// A stop sign, a prompt, an unreachable site, a lost session; or a page that does not say it.
    pub async fn whose(&mut self, walk: &mut Walk<'_>) -> Result<Introduced, Halt> {
        let target = &site(self.pack)?.target.value;
        if let Answered::Unreadable(why) | Answered::Skipped(_, why) = self.ask_strictly(walk).await? {
            return Err(Halt::Nameless(format!("the page does not show whose account it is: {why}")));
        }
        let read = walk.read(target).cloned().unwrap_or_default();
        let shown = self.notes.identity.as_ref().and_then(|identity| identity.get("name"));
        let name = read.get("name").or(shown).cloned().unwrap_or_default();
        Ok(Introduced { handle: read.get("slug").cloned().unwrap_or_default(), name })
    }
}

fn site(pack: &Pack) -> Result<&Identity, Halt> {
    let unsaid = || Halt::Nameless("the pack does not say how to tell whose account it is".to_owned());
    pack.site.identity.as_ref().ok_or_else(unsaid)
}
