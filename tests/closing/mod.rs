//! Closing the account, hibernating it and what comes after, as a user does it: the program at a terminal, a real browser,
//! and the practice site's own log as the oracle.

mod afterwards;
pub(crate) mod bed;
mod canary;
mod captcha;
mod faults;
mod rehearsal;
mod replay;
mod variants;

use crate::support::{screen, site, terminal};
