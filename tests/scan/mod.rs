//! Reading the live list: the real program and both browsers on the practice site, and lists that are made to be hard.

mod lists;
mod whole;

use crate::road::bed;
use crate::support::{drivers, files};
