//! Exeunt drives the real LinkedIn web UI through WebDriver, on the user's own account: it takes people out of a
//! network in paced batches and keeps proof of every step.
//!
//! # The house
//!
//! A module may use modules below it as the arrows say, never one beside it on its own floor, and never one above.
//! `tests/architecture.rs` reads the sources and fails on any other arrow.
//!
//! ```text
//! 4   main ──► cli ──► everything below
//! 3   scheduler ──► runner, ledger   report ──► values of ledger, evidence
//! 2   runner ──► browser, ledger, evidence, secrets
//! 1   browser  ledger  evidence  export  pack  settings  secrets  practice        no arrow between them
//! 0   flow, policy ──► event     plan ──► event, policy                           every module may use floor 0
//! ```
//!
//! | floor | module | knows | does not know |
//! |---|---|---|---|
//! | 0 | [`event`] | ids, durable facts, progress, the state machine of one effect | files, clocks, the page |
//! | 0 | [`flow`] | the flow language: parse, check, tree with spans, words | how a page is driven |
//! | 0 | [`policy`] | delays and quotas as arithmetic | waiting, randomness of its own |
//! | 0 | [`plan`] | people, selection, keep list, a plan and its hash | where people come from |
//! | 1 | [`browser`] | fantoccini: driver process, session, page agent, shots | what a removal is |
//! | 1 | [`ledger`] | SQLite: owner, chain, effects, requests, views; what forbids work on an account | what a page is |
//! | 1 | [`evidence`] | files: shots by hash, manifest, seal, verify, handouts | the ledger |
//! | 1 | [`export`] | the official export, CSV or zip, to rows | where rows go |
//! | 1 | [`pack`] | the embedded flow pack or a folder, to named texts | what the texts mean |
//! | 1 | [`settings`] | defaults and layers to validated settings | who uses them |
//! | 1 | [`secrets`] | the system’s keyring, the key that seals | who is asked, where a secret goes |
//! | 1 | [`practice`] | the practice site and its audit log | the flow pack, the engine |
//! | 2 | [`runner`] | the dispatcher (owns the truth) and the executor (drives one page) | the terminal |
//! | 3 | [`report`] | facts to terminal, JSON, HTML: pure functions | writing files |
//! | 3 | [`scheduler`] | the long-running loop: the queue of approved plans, whose share is next, and the waits | what a share does |
//! | 4 | [`cli`] | arguments, environment, commands, exit codes | nothing is above it |
//!
//! Beside the floors stands `crash_point`: moments at which a test may stop the program to kill something. Without debug
//! assertions, which no release has, it is no code at all.
//!
//! # Invariants
//!
//! 1. Intent first: the dispatcher writes the intention and waits for the disk; only then may the executor click.
//! 2. After an error or a crash the program looks, it does not click again.
//! 3. One closed set of facts, read by ledger, terminal, report and tests.
//! 4. Policy is arithmetic; waiting happens in one function that also hears "stop".
//! 5. A stop is a result, not an error.
//! 6. fantoccini is named only in `browser`, rusqlite only in `ledger`, clap and the environment only in `cli`.

pub mod browser;
pub mod cli;
mod crash_point;
pub mod event;
pub mod evidence;
pub mod export;
pub mod flow;
pub mod ledger;
pub mod pack;
pub mod plan;
pub mod policy;
pub mod practice;
pub mod report;
pub mod runner;
pub mod scheduler;
pub mod secrets;
pub mod settings;
