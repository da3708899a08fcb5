//! The whole road with the real program and real browsers; what the practice site's own log says is what happened.
//!
//! One binary, so that tests that mostly wait for pages run beside each other.

mod bed;
mod both_routes;
mod crash;
mod days;
mod faults_disk;
mod faults_driver;
mod faults_limits;
mod faults_pages;
mod faults_process;
mod faults_signals;
mod faults_signs;
mod faults_table;
#[path = "../support/foreign.rs"]
mod foreign;
mod forty;
#[path = "../support/invariants.rs"]
mod invariants;
mod leftovers;
mod misses;
mod no_crash_points;
#[path = "../support/proxy.rs"]
mod proxy;
mod remains;
mod removals;
#[path = "../support/search_path.rs"]
mod search_path;
#[path = "../support/site.rs"]
mod site;
