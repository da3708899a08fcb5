//! Every test that is not beside the code it tests, in one binary: one build, and tests that wait run beside each other.
//!
//! A module is a suite; `scripts/test SUITE` runs one, and `docs/testing.md` says what each needs.

mod agent;
mod architecture;
mod cli;
mod closing;
mod crash;
mod documents;
mod draft;
mod driver;
mod golden;
mod pack;
mod pack_pages;
mod practice;
mod readme;
mod road;
mod saving;
mod scan;
mod schema;
mod secret;
mod signin;
mod support;
mod weeks;
mod year;
