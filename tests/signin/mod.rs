//! Signing in, with real windows on a screen of the test's own and a person's hands on mouse and keyboard; signing out; and
//! what is refused in between. With both browsers. A missing Xvfb or xdotool fails the tests.

mod bed;
mod forget;
mod lasting;
mod real;
mod refusals;
mod window;

use crate::support::{readme, screen, site, terminal};
