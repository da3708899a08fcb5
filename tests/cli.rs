//! The whole program, as a stranger runs it: the real binary, a folder of its own, exact words and exit codes.
//!
//! No browser is needed and nothing beyond loopback is asked.

#[path = "cli/packs.rs"]
mod packs;
#[path = "cli/people.rs"]
mod people;
#[path = "cli/refusals.rs"]
mod refusals;
#[path = "cli/stage.rs"]
mod stage;
#[path = "cli/surface.rs"]
mod surface;
