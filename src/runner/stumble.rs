//! What ends the work on a page early: something that the page showed, or ledger and evidence that failed.

use super::run::RunError;
use super::walk::halt::Halt;
use crate::browser::page::PageError;
use crate::ledger::LedgerError;

/// What ended it.
pub(super) enum Stumble {
    /// The page, or the way to it: the one who walks says what follows.
    Halt(Box<Halt>),
    /// Nothing can be noted any more.
    Run(RunError),
}

impl From<Halt> for Stumble {
    fn from(halt: Halt) -> Self {
        Self::Halt(Box::new(halt))
    }
}

impl From<PageError> for Stumble {
    fn from(error: PageError) -> Self {
        Halt::from(error).into()
    }
}

impl From<RunError> for Stumble {
    fn from(error: RunError) -> Self {
        Self::Run(error)
    }
}

impl From<LedgerError> for Stumble {
    fn from(error: LedgerError) -> Self {
        Self::Run(error.into())
    }
}
