//! The whole road with the real program and real browsers; what the practice site's own log says is what happened.
//!
//! One binary, so that tests that mostly wait for pages run beside each other.

mod bed;
mod crash;
mod forty;
mod leftovers;
mod misses;
mod remains;
mod removals;
mod site;
