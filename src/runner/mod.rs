//! The dispatcher, which owns the truth, and the executor, which drives one page.
//!
//! ```text
//!           ┌────────────── run ──────────────┐
//! signals ─►│ dispatcher ◄── messages ── executor ──► page
//!           │     │                              │    (walks flows)
//!           └─────┼──────────────────────────────┘
//!                 ▼ ledger (intent first), evidence, policy
//! ```
//!
//! The dispatcher alone writes and decides; the executor alone touches the page, and does nothing that was not
//! acknowledged. It does not know the terminal, files of settings, or where a pack comes from.
//!
//! | folder | what it is about |
//! |---|---|
//! | `dispatcher` | one run as its owner sees it: whose turn it is and when, what may be clicked, what a reading means, what is kept |
//! | [`walk`] | one page: steps, looks, clicks, pictures, and the executor that makes turns of them |
//! | [`scan`] | the whole connections list, read once |
//! | [`closing`] | the account itself, closed or hibernated |
//! | [`errand`] | what is done for the account and changes nothing on it: signing in, fetching its data |
//!
//! What more than one of them needs stands beside the folders: time and waits, orders and messages, sessions, what latches an
//! account, the person who is present.

pub mod attendant;
pub mod clock;
pub mod closing;
mod dispatcher;
pub mod errand;
pub mod handover;
mod latch;
pub mod message;
pub mod order;
pub mod run;
pub mod scan;
mod sealing;
mod stumble;
#[cfg(test)]
mod tests;
pub mod wait;
pub mod walk;
mod wording;

pub use latch::FALL;
