//! SQLite lives only here: the durable memory of what was planned, approved, intended and seen.
//!
//! ```text
//!   any process ── Ledger ──► people, keep list, plans, requests; reads everything
//!                    │ own(account, realm)
//!                    ▼
//!   one process ─── Owner ──► chain + effects + debits, in one transaction each
//! ```
//!
//! [`Ledger`] is open to any process. [`Owner`] is a lock as a type: only it can move an effect, and each of its writes
//! compares the fence number, so that an owner that lost the account cannot write. Whatever happens is appended to the
//! account's chain in the same transaction as the rows that it changes; rows can therefore be checked against the chain,
//! and are, whenever an account is owned.
//!
//! It does not know what a page, a browser or a pace is. Nothing here waits for anything but the disk.

mod accepted_text;
mod account;
mod acts;
mod also_called;
mod append;
mod approval;
mod archive_row;
mod cell;
mod chain;
mod check;
mod closure;
mod condition;
mod days_compared;
mod effect;
mod elsewhere;
mod forget;
mod head;
mod history;
mod home;
mod incident;
mod interlock;
mod keep;
mod ledger_error;
mod memory;
mod missing;
mod owner;
mod people;
mod plan;
mod query;
mod realm;
mod remembering;
mod request;
mod run;
mod scan;
mod scope;
mod shadow;
mod sign_in;
mod step;
mod store;
#[cfg(test)]
mod tests;
mod tie;
mod visit;

pub use account::{Activity, Adoption, Identity};
pub use acts::ActElsewhere;
pub use also_called::AlsoCalled;
pub use approval::Approval;
pub use archive_row::{ArchiveRow, TakenArchive};
pub use closure::ClosureRow;
pub use effect::{Debit, EffectRow};
pub use elsewhere::Elsewhere;
pub use forget::Forgotten;
pub use head::Head;
pub use incident::{Cooling, IncidentRow};
pub use interlock::{Forbidden, Unfit, Work};
pub use keep::KeepRow;
pub use ledger_error::{LedgerError, LedgerErrorKind};
pub use missing::{Missing, MissingPerson};
pub use owner::{Owner, Ownership};
pub use people::{Import, ImportCount, KnownPerson, OnTheSite};
pub use plan::{NewPlan, PlanPerson, PlanRow};
pub use query::Queried;
pub use request::{NewRequest, Pause, RequestKind, RequestRow};
pub use run::RunRow;
pub use scan::{ScanRow, SeenPerson};
pub use scope::Scope;
pub use sign_in::SignInRow;
pub use step::{Intended, Refusal, Terms};
pub use store::Ledger;
