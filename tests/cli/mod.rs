//! The whole program, as a stranger runs it: the real binary, a folder of its own, exact words and exit codes.
//!
//! No browser is needed and nothing beyond loopback is asked.

mod archive;
mod bad_input;
mod evidence;
mod glance;
mod hostile;
mod inputs;
mod install;
mod jobs;
mod packs;
mod passwords;
mod people;
mod plans;
mod profiles;
mod refusals;
mod replaced_driver;
mod schedule;
mod screens;
mod stage;
mod surface;
mod system;
mod wording;
mod zones;
