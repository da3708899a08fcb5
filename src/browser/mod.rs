//! The browser: driver process, session, page agent, clicks and shots. fantoccini lives only here.
//!
//! It knows pages and drivers; it does not know what a removal is, what a ledger is, or what may be clicked: it clicks what
//! was armed by a [`crate::flow::query::Look`], once, and reports what is known about it.

pub mod page;
