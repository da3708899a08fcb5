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

pub mod archive_errand;
mod arithmetic;
pub mod attendant;
pub mod clock;
pub mod closing;
pub mod commit;
mod dispatcher;
mod dispatcher_state;
mod ending;
pub mod errand;
pub mod executor;
mod gallery;
pub mod halt;
mod halting;
pub mod handover;
mod identity;
mod intention;
pub mod introduction;
mod latch;
mod layers;
mod look;
pub mod message;
mod morning;
pub mod notes;
mod notice;
mod observation;
pub mod order;
mod pacing;
mod record;
mod rehearsal;
mod requests;
pub mod run;
pub mod scan;
mod scan_end;
mod scan_record;
mod sealing;
mod stumble;
mod tally;
#[cfg(test)]
mod tests;
mod trouble;
mod turns;
mod verification;
mod visits;
pub mod wait;
pub mod walk;
mod witness;
mod wording;
