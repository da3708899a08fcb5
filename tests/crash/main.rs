//! The program, its driver or its browser is killed at sixteen points of a removal; needs the feature `crash-points`.
//!
//! ```text
//! test arms a point ─► program stands still there ─► kill -9 ─► the same command again ─► invariants, all gone once
//! ```
//!
//! The practice site's own record is the oracle. Each point proves that it was reached.

#[path = "../road/bed.rs"]
mod bed;
#[path = "../support/invariants.rs"]
mod invariants;
mod matrix;
#[path = "../road/no_crash_points.rs"]
mod no_crash_points;
mod point;
mod recoverers;
#[path = "../road/remains.rs"]
mod remains;
#[path = "../support/search_path.rs"]
mod search_path;
#[path = "../support/site.rs"]
mod site;
mod victims;
