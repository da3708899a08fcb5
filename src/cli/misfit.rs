//! A page that did not fit the pack, told part by part where it ended something.

use super::context::Context;
use crate::flow::misfit::Misfit;
use crate::report::misfit;

/// Hands over the lines of the reason's parts, and answers what is left to say as the last word; none where the reason tells of
/// no misfit, and nothing was handed over.
pub(super) fn told(context: &Context, why: &str, show: impl Fn(String)) -> Option<String> {
    let told = Misfit::of(why)?;
    let columns = context.out.text_width().saturating_sub(2);
    misfit::lines(&told, columns).iter().for_each(|line| show(format!("  {line}")));
    let before = if told.before.is_empty() { String::new() } else { format!("{}: ", told.before) };
    Some(format!("{before}the page does not fit the pack; see above"))
}
