//! Where something stands in a pack's text.

use std::fmt;

/// A stretch of one file of the pack: which file, from which byte to which.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Index into the pack's sources.
    pub file: usize,
    /// First byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

/// A value with the place where it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it was written.
    pub span: Span,
}

/// One text of a pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Its name inside the pack, with `/`: `flows/remove-from-list.toml`.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// A place as people read it. Lines and columns count from 1, columns in characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file's name inside the pack.
    pub file: String,
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

impl Source {
    /// The place of a byte of this text; the end where the byte is beyond it.
    #[must_use]
    pub fn place(&self, byte: usize) -> Place {
        let mut byte = byte.min(self.text.len());
        while !self.text.is_char_boundary(byte) {
            byte -= 1;
        }
        let before = &self.text[..byte];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Place {
            file: self.name.clone(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let source = Source { name: "a.toml".into(), text: "x = 1\nö = \"ß\"".into() };
        assert_eq!(source.place(0).to_string(), "a.toml:1:1");
        assert_eq!(source.place(9).to_string(), "a.toml:2:3");
        assert_eq!(source.place(99).to_string(), "a.toml:2:8");
    }
}
