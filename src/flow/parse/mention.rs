//! What the places of a template refer to.

use super::table::Reader;
use crate::flow::mistake::Kind;
use crate::flow::span::Spanned;
use crate::flow::target::{Mention, Mentioned};
use crate::flow::template;

/// What the places of a template refer to; a template that cannot be read is a mistake.
pub(super) fn template_mentions(reader: &mut Reader, text: &Spanned<String>) -> Vec<Mention> {
    match template::parts(&text.value) {
        Err(why) => {
            reader.report(Kind::Value(why), text.span);
            Vec::new()
        }
        Ok(parts) => parts
            .into_iter()
            .filter_map(|part| match part {
                template::Part::Text(_) => None,
                template::Part::Input(name) => Some(Mentioned::Input(name.to_owned())),
                template::Part::Value { target, read } => {
                    Some(Mentioned::Value { target: target.to_owned(), read: read.to_owned() })
                }
            })
            .map(|what| Mention { what, span: text.span })
            .collect(),
    }
}
