//! The flows that end an account against the practice site's pages, in both browsers: every variant, every order of the pages,
//! what is in the way, and what a miss says.

#[path = "../support/drivers.rs"]
mod drivers;
mod hand;
#[path = "../support/search_path.rs"]
mod search_path;
mod site;

mod closing;
mod leaving;
