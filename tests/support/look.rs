//! Looks for one element, which is called `it`.

use std::collections::BTreeMap;

use exeunt::flow::query::{Alternative, Arm, HOLDS_MS, Look, Target, Want};

pub(crate) fn by_css(css: &str) -> Target {
    of(Alternative { css: Some(css.to_owned()), ..Alternative::default() })
}

pub(crate) fn by_xpath(xpath: &str) -> Target {
    of(Alternative { xpath: Some(xpath.to_owned()), ..Alternative::default() })
}

fn of(alternative: Alternative) -> Target {
    Target { find: vec![alternative], ..Target::default() }
}

/// Waits until it is seen, so many milliseconds at most, and arms it where a token is given.
pub(crate) fn look(target: Target, within_ms: u64, token: Option<&str>) -> Look {
    Look {
        v: 1,
        targets: BTreeMap::from([("it".to_owned(), target)]),
        wants: vec![Want { see: vec!["it".to_owned()], ..Want::default() }],
        within_ms,
        arm: token.map(|token| Arm {
            target: "it".to_owned(),
            guard: vec![],
            token: token.to_owned(),
            holds_ms: HOLDS_MS,
        }),
        ..Look::default()
    }
}
