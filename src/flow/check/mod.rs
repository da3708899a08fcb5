//! Checks the parts of a pack against each other: every rule that cannot be checked in one file alone.

mod handed;
mod idle;
mod languages;
mod names;
mod order;
mod presence;
mod rows;
mod steps;
mod targets;

pub(super) use self::rows::number_of;
use std::collections::BTreeSet;

use super::mistake::{Mistake, Severity};
use super::pack::Pack;
use super::tree::FlowKind;

/// So many mistakes are compared with one another: more are not shown.
const MOST_TOLD: usize = 300;

/// Adds everything that is wrong between the parts of a pack to what is wrong in its files.
///
/// A slip that is known already is not told a second time by what follows from it: the order of a flow's steps is looked
/// at where its file is right so far, and what is idle or lacks words where everything is.
pub(super) fn check(pack: &Pack, mistakes: &mut Vec<Mistake>) {
    held_against_each_other(pack, mistakes);
    // A step of a part is looked at once for each flow that uses it.
    let mut told = Vec::new();
    mistakes.retain(|mistake| {
        let first = !told.contains(mistake);
        if first && told.len() < MOST_TOLD {
            told.push(mistake.clone());
        }
        first
    });
}

fn held_against_each_other(pack: &Pack, mistakes: &mut Vec<Mistake>) {
    names::check(pack, mistakes);
    targets::check(pack, mistakes);
    let wrong: BTreeSet<usize> = mistakes.iter().map(|mistake| mistake.span.file).collect();
    for flow in pack.flows.values() {
        steps::check(pack, flow, mistakes);
        rows::check(pack, flow, mistakes);
        handed::check(pack, flow, mistakes);
        // A part begins where the flow that uses it stands: its order is looked at there.
        if flow.kind != FlowKind::Part && !wrong.contains(&flow.name.span.file) {
            order::check(pack, flow, mistakes);
        }
    }
    if mistakes.iter().all(|mistake| mistake.severity() == Severity::Warning) {
        idle::check(pack, mistakes);
        languages::check(pack, mistakes);
    }
}
