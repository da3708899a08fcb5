//! Secrets and the browser: where they may be typed, what pictures and snapshots show of them, and what is left of them.

mod bed;
mod echoes;
mod gateway;
mod leavings;
mod pictures;
mod snapshots;
mod strangers;
mod typing;
