//! The program, its driver or its browser is killed at sixteen points of a removal.
//!
//! ```text
//! test arms a point ─► program stands still there ─► kill -9 ─► the same command again ─► invariants, all gone once
//! ```
//!
//! The practice site's own record is the oracle. Each point proves that it was reached.

mod matrix;
mod point;
mod recoverers;
mod victims;

use crate::road::bed;
use crate::road::remains;
use crate::support::invariants;
