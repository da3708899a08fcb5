//! The practice site: a network of seeded people that behaves like the collected facts, on loopback.
//!
//! It is for everything that must not be tried on a real account: its pages carry the traps of the real ones, a
//! [`scenario::Scenario`] decides what goes wrong and when, and an [`audit`] log on the server says what really happened,
//! whatever a page showed. The markup is written from the facts and from nothing else.
//!
//! It knows neither the flow pack nor the engine that drives its pages. It wears nobody's brand, says on every page that
//! it is for practice, answers loopback names only, and binds nothing by itself but one more loopback port, for pages
//! that are where they should not be.
//!
//! ```text
//! browser ──► site listener ──► faults ──► pages, calls ──┐
//!                                                         ├──► world (people, sessions, audit)
//! tests   ──► control listener ──► audit, mail, fault … ───┘
//! ```

mod account;
mod assets;
mod calls;
mod challenge;
mod chance;
mod choice;
mod control;
mod data_archive;
mod data_order;
mod departure;
mod gate_words;
mod guard;
mod leaving_words;
mod names;
mod pages;
mod photo;
mod profile_words;
mod settings_words;
mod vary_words;
mod words;
mod world;

pub mod audit;
pub mod export;
pub mod fault;
pub mod people;
pub mod relation;
pub mod scenario;
pub mod server;
pub mod strangers;
pub mod vary;
