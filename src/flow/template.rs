//! Texts with places for values, `{{slug}}` and `{{card.name}}`: read into parts, and bound.

use std::collections::BTreeMap;
use std::fmt;

use crate::event::id::percent_encode;

/// One part of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part<'a> {
    /// Stands for itself.
    Text(&'a str),
    /// `{{name}}`: a flow's input.
    Input(&'a str),
    /// `{{target.read}}`: what was read from a target.
    Value {
        /// The target.
        target: &'a str,
        /// The name of the `read`.
        read: &'a str,
    },
}

/// Splits a template into its parts.
///
/// # Errors
/// Says in words what is wrong: an open `{{`, or a place that holds no name.
pub fn parts(text: &str) -> Result<Vec<Part<'_>>, String> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find("{{") {
        if open > 0 {
            parts.push(Part::Text(&rest[..open]));
        }
        let inner = &rest[open + 2..];
        let close = inner.find("}}").ok_or("`{{` is not closed by `}}`")?;
        parts.push(place(inner[..close].trim())?);
        rest = &inner[close + 2..];
    }
    if !rest.is_empty() {
        parts.push(Part::Text(rest));
    }
    Ok(parts)
}

fn place(name: &str) -> Result<Part<'_>, String> {
    let simple = |text: &str| {
        text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    };
    match name.split_once('.') {
        None if simple(name) => Ok(Part::Input(name)),
        Some((target, read)) if simple(target) && simple(read) => Ok(Part::Value { target, read }),
        _ => Err("`{{…}}` holds an input's name or `target.read`, in a-z, 0-9 and `_`".to_owned()),
    }
}

/// The input that is all of a text, where there is nothing else in it: `{{archive}}`.
#[must_use]
pub fn only_input(text: &str) -> Option<&str> {
    match parts(text).ok()?.as_slice() {
        [Part::Input(name)] => Some(*name),
        _ => None,
    }
}

/// Whether every value of a path stands as one whole part of it, or as one whole value of its query.
#[must_use]
pub fn whole_parts(path: &str) -> bool {
    let Ok(parts) = parts(path) else { return false };
    let mut before = "";
    let mut in_query = false;
    for (at, part) in parts.iter().enumerate() {
        if let Part::Text(text) = part {
            in_query |= text.contains('?');
            before = text;
            continue;
        }
        let opens = if in_query { before.ends_with('=') } else { before.ends_with('/') };
        let closes = match parts.get(at + 1) {
            None => true,
            Some(Part::Text(text)) if in_query => text.starts_with('&'),
            Some(Part::Text(text)) => text.starts_with(['/', '?']),
            Some(_) => false,
        };
        if !opens || !closes {
            return false;
        }
        before = "";
    }
    true
}

/// A template that cannot be bound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unbound {
    /// There is no value for this place.
    Missing(String),
    /// The value of this place cannot be a part of a path: it is empty, `.` or `..`.
    NoPart(String),
    /// The template itself cannot be read; [`super::pack::Pack::load`] lets none pass.
    Template(String),
}

impl fmt::Display for Unbound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(name) => write!(f, "there is no value for `{name}`"),
            Self::NoPart(name) => write!(f, "the value of `{name}` cannot be a part of a path"),
            Self::Template(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for Unbound {}

/// Puts values into a text, as they are: for what is typed or compared.
///
/// # Errors
/// A place has no value. Values read from targets are looked up as `card.name`.
pub fn bind_text(template: &str, values: &BTreeMap<String, String>) -> Result<String, Unbound> {
    bind(template, values, |_, value| Ok(value.to_owned()))
}

/// Puts values into a path, each percent-encoded, so that none can leave its part.
///
/// # Errors
/// A place has no value, or a value cannot be one part.
pub fn bind_path(template: &str, values: &BTreeMap<String, String>) -> Result<String, Unbound> {
    bind(template, values, |name, value| match value {
        "" | "." | ".." => Err(Unbound::NoPart(name.to_owned())),
        _ => Ok(percent_encode(value)),
    })
}

fn bind(
    template: &str,
    values: &BTreeMap<String, String>,
    sink: impl Fn(&str, &str) -> Result<String, Unbound>,
) -> Result<String, Unbound> {
    let mut bound = String::new();
    for part in parts(template).map_err(Unbound::Template)? {
        let name = match part {
            Part::Text(text) => {
                bound.push_str(text);
                continue;
            }
            Part::Input(name) => name.to_owned(),
            Part::Value { target, read } => format!("{target}.{read}"),
        };
        let value = values.get(&name).ok_or_else(|| Unbound::Missing(name.clone()))?;
        bound.push_str(&sink(&name, value)?);
    }
    Ok(bound)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_template() {
        assert_eq!(
            parts("/in/{{slug}}/{{ card.name }}x"),
            Ok(vec![
                Part::Text("/in/"),
                Part::Input("slug"),
                Part::Text("/"),
                Part::Value { target: "card", read: "name" },
                Part::Text("x"),
            ])
        );
        for bad in ["{{", "{{}}", "{{a b}}", "{{a.b.c}}", "{{.a}}", "{{A}}", "a {{slug} b"] {
            assert!(parts(bad).is_err(), "{bad}");
        }
        assert_eq!(parts("a { b } c").unwrap(), vec![Part::Text("a { b } c")]);
    }

    #[test]
    fn a_value_never_leaves_its_part() {
        let values = BTreeMap::from([("slug".to_owned(), "a/../b?c#d".to_owned())]);
        assert_eq!(bind_path("/in/{{slug}}/", &values).unwrap(), "/in/a%2F..%2Fb%3Fc%23d/");
        let values = BTreeMap::from([("slug".to_owned(), "..".to_owned())]);
        assert_eq!(bind_path("/in/{{slug}}/", &values), Err(Unbound::NoPart("slug".to_owned())));
        assert_eq!(bind_path("/in/{{name}}/", &values), Err(Unbound::Missing("name".to_owned())));
    }

    #[test]
    fn whole_parts_only() {
        for good in ["/in/{{slug}}", "/in/{{slug}}/", "/in/{{slug}}?a=b", "/x?a={{name}}&b={{slug}}", "/x"] {
            assert!(whole_parts(good), "{good}");
        }
        for bad in ["/in/x{{slug}}", "/in/{{slug}}x", "/x?{{name}}=1", "/x?a={{name}}b", "/{{a}}{{b}}", "/x?a=/{{b}}"] {
            assert!(!whole_parts(bad), "{bad}");
        }
    }
}
