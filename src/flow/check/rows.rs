//! Checks that only the last step of a question reads a list, to its end, and that its rows say whose they are.

use crate::flow::mistake::{Kind, Mistake};
use crate::flow::pack::Pack;
use crate::flow::query::Count;
use crate::flow::span::Spanned;
use crate::flow::target::Target;
use crate::flow::tree::{Flow, FlowKind};

/// Checks where a flow reads a list, and what the list's targets read.
pub(super) fn check(pack: &Pack, flow: &Flow, out: &mut Vec<Mistake>) {
    let last = flow.steps.len().saturating_sub(1);
    for (at, step) in flow.steps.iter().enumerate() {
        let Some(each) = step.each() else { continue };
        if at != last || flow.kind != FlowKind::Question {
            out.push(Mistake::new(Kind::EachPlace, step.span));
        }
        if let Some(row) = pack.targets.get(&each.row.value) {
            let has = |name: &str| row.read.contains_key(name);
            let is_slug = row.read.get("slug").is_some_and(|read| read.slug);
            lacks(row.count != Count::Many, &each.row, "`must = { count = \"many\" }`", out);
            lacks(!is_slug, &each.row, "`slug = { …, slug = true }` in its `read`", out);
            lacks(!has("name"), &each.row, "`name` in its `read`", out);
        }
        if let Some(total) = pack.targets.get(&each.total.value) {
            lacks(number_of(total).is_none(), &each.total, "a `{ number = true }` in its `read`", out);
        }
    }
}

/// The value of a target that is a number.
pub(in crate::flow) fn number_of(target: &Target) -> Option<&str> {
    target.read.iter().find(|(_, read)| read.number).map(|(name, _)| name.as_str())
}

fn lacks(is_lacking: bool, target: &Spanned<String>, what: &'static str, out: &mut Vec<Mistake>) {
    if is_lacking {
        out.push(Mistake::new(Kind::EachLacks { target: target.value.clone(), what }, target.span));
    }
}
