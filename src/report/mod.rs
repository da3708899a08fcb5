//! Facts to terminal, JSON and HTML, as pure functions: facts in, text out. Nothing here opens, writes or prints.
//!
//! [`story`] folds a run's facts into people with outcomes, [`closure`] what happened to the account itself; [`html`], [`terminal`] and [`json`] only show it. The words
//! for every state are in [`words`], the words that need explaining in [`glossary`]. All text that a page, a file or a
//! person gave is hostile: it passes [`escape`] before a terminal, and both [`escape`] and maud before a page.

pub mod advice;
pub mod calendar;
pub mod closure;
pub mod count;
pub mod escape;
pub mod glossary;
pub mod html;
pub mod json;
pub mod misfit;
mod moment;
mod pace;
pub mod replay;
pub mod story;
pub mod terminal;
pub mod words;
