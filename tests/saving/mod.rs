//! Saving the data first, as a user does it: the program, a real browser, and the practice site's own log as the oracle.

mod faults;
mod road;
mod waiting;

use crate::closing::bed;
use crate::support::search_path;
