//! What a walk is made with: the page, the pack, the session's notes and the time.
//!
//! It walks nothing itself: the files beside it say how.

use super::notes::Notes;
use crate::event::id::Slug;
use crate::flow::pack::Pack;
use crate::runner::clock::Clock;
use crate::runner::message::Desk;

/// Walks flows on one page.
pub struct Walker<'a, P> {
    /// The page.
    pub page: &'a mut P,
    /// The pack.
    pub pack: &'a Pack,
    /// What is noted of the session.
    pub notes: &'a mut Notes,
    /// The time.
    pub clock: &'a Clock,
    /// When the step in hand began.
    pub began: jiff::Timestamp,
    /// Who counts the profiles that are opened, before they are; without one none is.
    pub desk: Option<&'a Desk>,
    /// Whose own address may be opened uncounted: nobody's profile is viewed by it.
    pub own: Option<&'a Slug>,
}

impl Notes {
    /// A walker on the session's page. Without a `desk` nobody counts profile views, and no profile is opened.
    pub fn walker<'a, P>(
        &'a mut self,
        page: &'a mut P,
        (pack, clock): (&'a Pack, &'a Clock),
        desk: Option<&'a Desk>,
    ) -> Walker<'a, P> {
        Walker { page, pack, clock, desk, own: None, began: clock.now().utc, notes: self }
    }
}
