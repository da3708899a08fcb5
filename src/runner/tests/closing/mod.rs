//! What closing and hibernating promise, on a simulated account with a ledger and evidence in temporary folders and a clock
//! that leaps.
//!
//! The simulated site keeps its own log and holds each click against the ledger on disk. It draws no page: how a page is found,
//! read and clicked is proved with real browsers, in `tests/closing`.

mod bed;
mod cases;
mod clicks;
mod cut;
mod doubt;
mod person;
mod refusals;
mod screen;
mod seeds;
mod tab;
mod world;
