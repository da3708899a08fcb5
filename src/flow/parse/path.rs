//! Which texts are a path of the pack's own origin.

use crate::flow::mistake::PathFault;

/// Why a text is no path of the pack's own origin, if it is none.
pub(super) fn path_fault(text: &str) -> Option<PathFault> {
    let forbidden = |c: char| c.is_whitespace() || c.is_control() || c == '\\' || c == '#';
    if text.starts_with("//") {
        return Some(PathFault::Host);
    }
    if !text.starts_with('/') {
        let scheme = text.split(['/', '?', '{']).next().is_some_and(|head| head.contains(':'));
        return Some(if scheme { PathFault::Scheme } else { PathFault::Relative });
    }
    let path = text.split('?').next().unwrap_or_default();
    if path.split('/').any(|part| matches!(part, "." | "..")) {
        return Some(PathFault::Dots);
    }
    // White space inside `{{ slug }}` is no part of the path.
    let outside: String =
        text.split("{{").map(|piece| piece.split_once("}}").map_or(piece, |(_, rest)| rest)).collect();
    outside.contains(forbidden).then_some(PathFault::Letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_the_origin_pass() {
        for good in ["/", "/in/{{slug}}/", "/a?b=c&d={{ slug }}", "/a:b"] {
            assert_eq!(path_fault(good), None, "{good}");
        }
        assert_eq!(path_fault("javascript:alert(1)"), Some(PathFault::Scheme));
        assert_eq!(path_fault("file:///etc/passwd"), Some(PathFault::Scheme));
        assert_eq!(path_fault("https://example.com/"), Some(PathFault::Scheme));
        assert_eq!(path_fault("//example.com/"), Some(PathFault::Host));
        assert_eq!(path_fault("mynetwork/"), Some(PathFault::Relative));
        assert_eq!(path_fault("/a/../b"), Some(PathFault::Dots));
        assert_eq!(path_fault("/a\\b"), Some(PathFault::Letter));
        assert_eq!(path_fault("/a b"), Some(PathFault::Letter));
        assert_eq!(path_fault("/a#b"), Some(PathFault::Letter));
    }
}
