//! Holds the parts of a pack against each other: every rule that one file alone cannot show.

mod idle;
mod languages;
mod names;
mod order;
mod rows;
mod steps;
mod targets;

pub(super) use self::rows::number_of;
use std::collections::BTreeSet;

use super::mistake::{Mistake, Severity};
use super::pack::Pack;

/// Adds everything that is wrong between the parts of a pack to what is wrong in its files.
///
/// A slip that is known already is not told a second time by what follows from it: the order of a flow's steps is looked
/// at where its file is right so far, and what is idle or lacks words where everything is.
pub(super) fn check(pack: &Pack, mistakes: &mut Vec<Mistake>) {
    names::check(pack, mistakes);
    targets::check(pack, mistakes);
    let wrong: BTreeSet<usize> = mistakes.iter().map(|mistake| mistake.span.file).collect();
    for flow in pack.flows.values() {
        steps::check(pack, flow, mistakes);
        rows::check(pack, flow, mistakes);
        if !wrong.contains(&flow.name.span.file) {
            order::check(pack, flow, mistakes);
        }
    }
    if mistakes.iter().all(|mistake| mistake.severity() == Severity::Warning) {
        idle::check(pack, mistakes);
        languages::check(pack, mistakes);
    }
}
