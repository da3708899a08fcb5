//! The pool of browsers that other tests use: that no client sees what another left, and that nothing outlives its process.

mod guest;
mod left;
mod life;

use crate::support::{http, pool, processes};
