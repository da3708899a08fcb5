//! The whole program, as a stranger runs it: the real binary, a folder of its own, exact words and exit codes.
//!
//! No browser is needed and nothing beyond loopback is asked.

#[path = "cli/archive.rs"]
mod archive;
#[path = "cli/bad_input.rs"]
mod bad_input;
#[path = "cli/evidence.rs"]
mod evidence;
#[path = "cli/hostile.rs"]
mod hostile;
#[path = "cli/packs.rs"]
mod packs;
#[path = "cli/passwords.rs"]
mod passwords;
#[path = "cli/people.rs"]
mod people;
#[path = "cli/plans.rs"]
mod plans;
#[path = "cli/refusals.rs"]
mod refusals;
#[path = "cli/replaced_driver.rs"]
mod replaced_driver;
#[path = "cli/schedule.rs"]
mod schedule;
#[path = "cli/stage.rs"]
mod stage;
#[path = "cli/surface.rs"]
mod surface;
