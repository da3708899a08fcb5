//! Reading the live list: the real program and both browsers on the practice site, and lists that are made to be hard.

#[path = "../road/bed.rs"]
#[expect(dead_code, reason = "these tests make no plan by hand and kill nobody")]
mod bed;
#[path = "../support/drivers.rs"]
mod drivers;
#[path = "../support/files.rs"]
mod files;
mod lists;
#[path = "../support/search_path.rs"]
mod search_path;
#[path = "../support/site.rs"]
#[expect(dead_code, reason = "nobody is removed here")]
mod site;
mod whole;
