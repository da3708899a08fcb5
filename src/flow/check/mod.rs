//! Holds the parts of a pack against each other: every rule that one file alone cannot show.

mod idle;
mod languages;
mod names;
mod order;
mod steps;
mod targets;

use super::mistake::Mistake;
use super::pack::Pack;

/// Everything that is wrong between the parts of a pack. Where the files themselves were `clean`, also what is idle.
pub(super) fn check(pack: &Pack, clean: bool) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    names::check(pack, &mut mistakes);
    targets::check(pack, &mut mistakes);
    for flow in pack.flows.values() {
        steps::check(pack, flow, &mut mistakes);
        order::check(pack, flow, &mut mistakes);
    }
    // What is idle or lacks words is told only of a pack that is right otherwise: a mistyped name makes its target idle.
    if clean && mistakes.is_empty() {
        idle::check(pack, &mut mistakes);
        languages::check(pack, &mut mistakes);
    }
    mistakes
}
