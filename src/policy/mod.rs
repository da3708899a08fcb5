//! Turns observations and history into decisions: delays and quotas as arithmetic.
//!
//! [`quota::next_slot`] answers when the next effect may begin, [`history`] what the past counts as, and
//! [`forecast::forecast`] runs both ahead to an end date; [`retry`] decides what a reading after a click means. Nothing here
//! waits, reads a clock or draws a random number: the caller hands in time, chance and history, and does the waiting.

pub mod active;
pub mod archive_waiting;
pub mod ceilings;
pub mod closing_gates;
mod debits;
pub mod forecast;
pub mod history;
mod limit;
pub mod pace;
pub mod quota;
pub mod retry;
pub mod slowdown;
pub mod visits;
pub mod zone;
