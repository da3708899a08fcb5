//! Turns the texts of a pack into a pack without mistakes: reads them, puts the parts together, and checks them against each
//! other.

use super::check;
use super::expand;
use super::mistake::{Kind, Mistake, Refused, Severity};
use super::pack::Pack;
use super::parse;
use super::span::{Source, Span};
use super::upgrade;

/// A pack that may be used, and what could be better in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded {
    /// The pack.
    pub pack: Pack,
    /// Warnings, by file and place.
    pub warnings: Vec<Mistake>,
}

/// How many mistakes are shown: nobody mends more at once, and a hostile file has no end of them.
const MOST_MISTAKES: usize = 200;

impl Pack {
    /// Reads and checks the texts of a pack. Their names are those inside the pack: `site.toml`, `flows/x.toml`.
    ///
    /// # Errors
    /// Everything that is wrong, warnings included, by file and place. The cross-file checks are left out where a file is
    /// no TOML, since they would blame the innocent.
    pub fn load(sources: Vec<Source>) -> Result<Loaded, Box<Refused>> {
        let mut sources = sources;
        let mut mistakes = Vec::new();
        let upgraded = upgrade::upgrade(&mut sources, &mut mistakes);
        let parts = parse::parse(&sources);
        mistakes.extend(parts.mistakes);
        let missing = |name: &str| !sources.iter().any(|source| source.name == name);
        for name in ["site.toml", "words/en.toml"] {
            if missing(name) && !parts.torn {
                mistakes.push(Mistake::new(Kind::NoFile(name), Span { file: usize::MAX, start: 0, end: 0 }));
            }
        }
        for mistake in &mut mistakes {
            if let Kind::NoFile(name) = mistake.kind {
                mistake.span.file = sources.len();
                sources.push(Source { name: name.to_owned(), text: String::new() });
            }
        }
        let mut flows = parts.flows;
        if !parts.torn {
            expand::expand(&mut flows, &mut mistakes);
        }
        let Some(site) = parts.site else { return Err(Refused::sorted(mistakes, sources)) };
        let pack = Self {
            site,
            targets: parts.targets,
            witnesses: parts.witnesses,
            checks: parts.checks,
            words: parts.words,
            flows,
            sources,
            upgraded,
        };
        if !parts.torn {
            check::check(&pack, &mut mistakes);
        }
        if mistakes.iter().any(|mistake| mistake.severity() == Severity::Error) {
            return Err(Refused::sorted(mistakes, pack.sources));
        }
        mistakes.sort_by_key(|mistake| mistake.span);
        Ok(Loaded { pack, warnings: mistakes })
    }
}

impl Refused {
    fn sorted(mut mistakes: Vec<Mistake>, sources: Vec<Source>) -> Box<Self> {
        mistakes.sort_by_key(|mistake| mistake.span);
        if mistakes.len() > MOST_MISTAKES {
            let hidden = mistakes.len() - MOST_MISTAKES;
            mistakes.truncate(MOST_MISTAKES);
            let span = mistakes[MOST_MISTAKES - 1].span;
            mistakes.push(Mistake::new(Kind::Hidden(hidden), span));
        }
        Box::new(Self { mistakes, sources })
    }
}
