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

pub mod clock;
mod dispatcher;
mod ending;
pub mod executor;
pub mod halt;
pub mod message;
pub mod order;
pub mod run;
pub mod wait;
pub mod walk;
