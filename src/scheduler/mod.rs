//! The long-running loop: one for all accounts of a data directory, at most one run at a time.
//!
//! ```text
//! track of each account ─► the one that is due first ─► its share, a run of its own ─► what follows
//!        ▲                                                                               │
//!        └──── wait by the wall clock, with nothing open, hearing signals and requests ◄─┘
//! ```
//!
//! Between two shares there is nothing but this loop: no owner, no pack, no browser. The shares are one after another, also
//! those of different accounts: one browser at a time is what a person's computer bears.
//!
//! [`queue`] reckons when the people of approved plans are due.
//!
//! It does not know what a share does, who notifies whom, or where approvals come from: a [`track::Track`] does.

pub mod queue;
pub mod round;
pub mod share;
pub mod track;

#[cfg(test)]
mod tests;
