//! Closing the account, hibernating it and what comes after, as a user does it: the program at a terminal, a real browser,
//! and the practice site's own log as the oracle.

mod afterwards;
pub(crate) mod bed;
mod canary;
mod captcha;
mod family;
mod faults;
mod rehearsal;
mod replay;
mod starts;
mod stranger;
mod variants;

use crate::support::{drivers, pool, screen, search_path, site, terminal};
