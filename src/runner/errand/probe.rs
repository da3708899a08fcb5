//! One page of the site held against a pack's targets, read-only: nothing is clicked, and no profile is opened, whose views are
//! counted.

use std::time::Duration;

use super::super::run::RunError;
use super::super::walk::halt::Halt;
use super::super::walk::look::sign;
use super::{Errand, Met};
use crate::browser::page::{Page, PageError, Sight};
use crate::flow::compile::{Ask, Known};
use crate::flow::pack::Pack;
use crate::flow::query::Look;
use crate::runner::walk::Values;

/// How long one look may take: a page draws some of its parts late, and what will not come is not known from what is late.
const WITHIN: Duration = Duration::from_secs(5);

/// A look at all targets of a pack at once, which waits for nothing and says of each why a run would not take it.
///
/// # Panics
/// Never: all names come from the pack itself.
#[must_use]
pub fn of_all(pack: &Pack, values: &Values) -> Look {
    let ask = Ask {
        wants: &[],
        arm: None,
        arm_when: Vec::new(),
        read: pack.targets.keys().map(String::as_str).collect(),
        handles: &[],
        choices: Vec::new(),
        within: WITHIN,
        values,
        armed_before: None,
        redraws: None,
        aftermath: false,
        stood: None,
        identity: Known::default(),
    };
    let mut look = pack.look(&ask).expect("all names come from the pack itself");
    look.explain = true;
    look
}

impl Errand<'_> {
    /// Opens a path and looks at it once it has come to rest; what holds the account back, as everywhere, instead.
    ///
    /// When dropped, nothing was changed on the site.
    ///
    /// # Errors
    /// Ledger or evidence failed.
    pub async fn probe<P: Page>(
        &mut self,
        page: &mut P,
        path: &str,
        look: &Look,
    ) -> Result<Result<Sight, Met>, RunError> {
        let seen: Result<Sight, PageError> = async {
            page.goto(path).await?;
            let mut before = page.look(look).await?;
            // Until two looks see the same, twenty seconds at most.
            for _ in 0..20 {
                tokio::time::sleep(Duration::from_secs(1)).await;
                let sight = page.look(look).await?;
                if sight.found == before.found && sight.stop == before.stop {
                    return Ok(sight);
                }
                before = sight;
            }
            Ok(before)
        }
        .await;
        match seen.map_err(Halt::from) {
            Ok(sight) if sight.stop.is_some() => self.halted(page, sign(&sight)).await.map(Err),
            Ok(sight) => Ok(Ok(sight)),
            Err(halt) => self.halted(page, halt).await.map(Err),
        }
    }
}
