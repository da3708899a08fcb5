//! Signing in, with real windows on a screen of the test's own and a person's hands on mouse and keyboard; signing out; and
//! what is refused in between. With both browsers. A missing Xvfb or xdotool fails the tests.

mod bed;
mod forget;
mod lasting;
#[path = "../support/readme.rs"]
mod readme;
mod real;
mod refusals;
#[path = "../support/screen.rs"]
mod screen;
#[path = "../support/search_path.rs"]
mod search_path;
#[path = "../support/site.rs"]
#[expect(dead_code, reason = "other things happen here than removals")]
mod site;
#[path = "../support/terminal.rs"]
mod terminal;
mod window;
