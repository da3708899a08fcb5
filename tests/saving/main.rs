//! Saving the data first, as a user does it: the program, a real browser, and the practice site's own log as the oracle.

#[path = "../closing/bed.rs"]
#[expect(dead_code, reason = "what only closing needs is here too")]
mod bed;
#[path = "../support/search_path.rs"]
mod search_path;
#[path = "../support/site.rs"]
#[expect(dead_code, reason = "nobody is removed here")]
mod site;
#[path = "../support/terminal.rs"]
mod terminal;

mod faults;
mod road;
mod waiting;
