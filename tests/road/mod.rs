//! The whole road with the real program and real browsers; what the practice site's own log says is what happened.
//!
//! One binary, so that tests that mostly wait for pages run beside each other.

pub(crate) mod bed;
mod both_routes;
mod checked;
mod crash;
mod days;
mod family;
mod faults_disk;
mod faults_driver;
mod faults_limits;
mod faults_pages;
mod faults_process;
mod faults_signals;
mod faults_signs;
mod faults_table;
mod first_attempt;
mod forty;
mod leftovers;
mod misses;
mod no_crash_points;
pub(crate) mod remains;
mod removals;
mod unfound;

use crate::support::{foreign, invariants, pool, proxy, search_path, site};
