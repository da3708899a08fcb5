//! The browser: driver process, session, page agent, clicks and shots. fantoccini lives only here.
//!
//! ```text
//! open::open ─► binary (found, versions) ─► driver (own process group, own temp folder, record on disk) ─► session
//!                                                                                                             │
//! Look ─► tab::DrivenPage ────► agent/ in the page, in slices ─► Sight                                        │
//!                           ├─► act ─► one WebDriver command each ────────────────────────────────────────────┤
//!                           ├─► secret ─► the field asked again, then typed into it ──────────────────────────┤
//!                           └─► mask ─► covered, shot, proved ────────────────────────────────────────────────┘
//!
//! window::open ─► the same browser on the same profile for a person, without a driver
//! ```
//!
//! It knows pages and drivers; it does not know what a removal is, what a ledger is, or what may be clicked: it clicks what
//! was armed by a [`crate::flow::query::Look`], once, and reports what is known about it. It reads no environment: where
//! to search for programs and where temporary folders belong is handed in.

mod act;
mod agent;
pub mod binary;
mod capabilities;
pub mod download;
mod driven;
mod driver;
mod error;
pub mod familiar;
pub mod forget;
mod mask;
mod nonce;
pub mod open;
mod open_error;
mod opening;
pub mod orphans;
pub mod page;
mod port;
mod process;
pub mod profile;
pub mod profile_lock;
pub mod public;
mod said;
pub mod scripted;
mod secret;
mod session;
mod shot;
mod snapshot;
mod tab;
mod typed;
pub mod window;
mod wire;
mod withheld;

pub use tab::DrivenPage;
