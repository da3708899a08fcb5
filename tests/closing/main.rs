//! Closing the account, hibernating it and what comes after, as a user does it: the program at a terminal, a real browser,
//! and the practice site's own log as the oracle.

#[path = "../support/screen.rs"]
mod screen;
#[path = "../support/search_path.rs"]
mod search_path;
#[path = "../support/site.rs"]
#[expect(dead_code, reason = "nobody is removed here")]
mod site;
#[path = "../support/terminal.rs"]
mod terminal;

mod afterwards;
mod bed;
mod canary;
mod captcha;
mod faults;
mod rehearsal;
mod replay;
mod variants;
