//! Which parts of a run's proof show nobody but the account's owner.
//!
//! What might show somebody else is left out: a picture or a page cannot be searched for names that nobody knows. What is
//! kept is text that holds no name that is known, and pages of the account's own settings.

use std::collections::{BTreeMap, BTreeSet};

use super::contents::{Names, Order};
use super::line::{About, Withheld};
use crate::event::comparison::{Compared, Side};
use crate::event::fact::{Fact, Public};
use crate::event::id::Slug;
use crate::event::link::{Entry, Link};
use crate::evidence::envelope::SealKey;
use crate::evidence::error::EvidenceError;
use crate::evidence::folder::Folder;
use crate::evidence::manifest::{EVENTS, FileRecord, Manifest};
use crate::evidence::run_folder::{MAX_EVENTS, malformed};
use crate::evidence::step::StepRecord;

/// Shorter names are words of the language more often than names.
const SHORTEST_NAME: usize = 4;

/// The input that is the user's own text.
const COMMENT: &str = "comment";

/// What becomes of a file.
pub(super) enum Piece {
    /// It is handed out, with these bytes.
    Whole(Vec<u8>),
    /// It is not, because of this.
    LeftOut(&'static str),
}

/// What decides it.
pub(super) struct Cut<'a> {
    names: Names,
    people: &'a BTreeMap<Slug, String>,
    key: &'a SealKey,
    /// Names and slugs in lower case that must not be in any text.
    known: Vec<String>,
    links: Vec<(Link, Entry)>,
    /// The account's own handle, in a run that acts on the account itself.
    owner: Option<Slug>,
    /// The files of the chain's own steps that are on a page of the account's own. By their paths: the same picture may also
    /// belong to an entry that is withheld.
    own: BTreeSet<String>,
}

impl<'a> Cut<'a> {
    pub(super) fn of(root: &Folder, manifest: &Manifest, order: &Order<'a>) -> Result<Self, EvidenceError> {
        let mut links = Vec::new();
        let content = read(root, EVENTS)?;
        for line in content.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            let link: Link = serde_json::from_slice(line).map_err(|error| malformed(EVENTS, &error))?;
            let entry = link.entry().map_err(|error| malformed(EVENTS, &error))?;
            links.push((link, entry));
        }
        let is_of_account = links.iter().any(|(_, entry)| {
            matches!(&entry.fact, Fact::RunStarted(started) if started.run == manifest.run && started.action.is_of_account())
        });
        let handle = links.iter().find_map(|(_, entry)| match &entry.fact {
            Fact::AccountSeen { handle, .. } | Fact::AccountClosed { handle, .. } => Some(handle.clone()),
            _ => None,
        });
        let owner = handle.filter(|_| is_of_account);
        let known = known(order.people, owner.as_ref());
        let mut cut = Self {
            names: order.names,
            people: order.people,
            key: order.key,
            known,
            links,
            owner,
            own: BTreeSet::new(),
        };
        cut.own = cut.own_files(root, order.own_pages)?;
        Ok(cut)
    }

    /// What becomes of one file.
    pub(super) fn piece(&self, root: &Folder, record: &FileRecord) -> Result<Piece, EvidenceError> {
        let bytes = || read(root, &record.path);
        Ok(match record.role.as_str() {
            "events" => Piece::Whole(self.events()),
            "guide" | "earlier-manifest" | "earlier-seal" => Piece::LeftOut("it is of the whole proof"),
            "run" | "pack" | "record" | "comparison" | "attached" | "seal-key" => {
                let bytes = bytes()?;
                match self.names_somebody(&String::from_utf8_lossy(&bytes)) {
                    true => Piece::LeftOut("it holds the name of somebody else"),
                    false => Piece::Whole(bytes),
                }
            }
            _ if self.own.contains(&record.path) => {
                let bytes = bytes()?;
                let is_text = record.media_type.starts_with("text/");
                match is_text && self.names_somebody(&String::from_utf8_lossy(&bytes)) {
                    true => Piece::LeftOut("it holds the name of somebody else"),
                    false => Piece::Whole(bytes),
                }
            }
            _ => Piece::LeftOut("it shows somebody else, or may"),
        })
    }

    /// Pictures and snapshots of pages on which nobody else is.
    fn own_files(&self, root: &Folder, own_pages: &[&str]) -> Result<BTreeSet<String>, EvidenceError> {
        let mut own = BTreeSet::new();
        // What a withheld entry names is handed out with no entry to hold it: it stays here.
        let shown = self.links.iter().filter(|(link, entry)| self.is_shown(link, &entry.fact));
        for (_, entry) in shown {
            match &entry.fact {
                Fact::Walked(walked) if self.owner.is_some() => {
                    let record = walked.files.iter().find(|file| file.path.ends_with(".json"));
                    let Some(record) = record else { continue };
                    // A record that was deleted on purpose says no more which page it was.
                    let Ok(bytes) = read(root, &record.path) else { continue };
                    let record: StepRecord =
                        serde_json::from_slice(&bytes).map_err(|error| malformed(&record.path, &error))?;
                    if is_own(record.page.arrived.as_str(), own_pages) {
                        own.extend(walked.shots.iter().map(|shot| shot.path.clone()));
                        own.extend(walked.files.iter().map(|file| file.path.clone()));
                    }
                }
                Fact::Compared(compared) if self.owner.is_some() => own.extend(own_beside(compared, own_pages)),
                // The page of a profile that is there shows other profiles beside it.
                Fact::PublicRead { answer: Public::Gone, shots, .. } => {
                    own.extend(shots.iter().map(|shot| shot.path.clone()))
                }
                // The picture of the end page: nobody is signed in on it.
                Fact::Moved(moved) if self.is_owner(&moved.slug) => {
                    let after = moved.shots.iter().filter(|shot| shot.role == crate::event::shot::ShotRole::After);
                    own.extend(after.map(|shot| shot.path.clone()));
                }
                _ => {}
            }
        }
        Ok(own)
    }

    fn is_owner(&self, slug: &Slug) -> bool {
        self.owner.as_ref() == Some(slug)
    }

    /// The bytes of `events.jsonl`, with every entry withheld that is about somebody else.
    fn events(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (link, entry) in &self.links {
            let line = match self.is_shown(link, &entry.fact) {
                true => serde_json::to_vec(link),
                false => serde_json::to_vec(&Withheld {
                    seq: link.seq,
                    prev: link.prev,
                    hash: link.hash,
                    withheld: self.about(entry),
                }),
            };
            bytes.extend(line.expect("a line has only strings and numbers"));
            bytes.push(b'\n');
        }
        bytes
    }

    fn is_shown(&self, link: &Link, fact: &Fact) -> bool {
        self.may_be_shown(fact) && !self.names_somebody(&link.body)
    }

    /// Facts that are about the account or the proof; a free text that a person typed is not among them.
    fn may_be_shown(&self, fact: &Fact) -> bool {
        match fact {
            Fact::PlanMade { .. }
            | Fact::PlanApproved { .. }
            | Fact::PlanDropped { .. }
            | Fact::PlanRenewed { .. }
            | Fact::ErrandStarted { .. }
            | Fact::SignedIn { .. }
            | Fact::SignedOut { .. }
            | Fact::AgreementNoted { .. }
            | Fact::RunStarted(_)
            | Fact::ScanStarted(_)
            | Fact::AccountSeen { .. }
            | Fact::Walked(_)
            | Fact::Repeats { .. }
            | Fact::Compared(_)
            | Fact::PublicRead { .. }
            | Fact::AccountClosed { .. }
            | Fact::AccountReopened { .. }
            | Fact::Slowed { .. }
            | Fact::RunMoved { .. }
            | Fact::RunEnded { .. }
            | Fact::ManifestWritten { .. }
            | Fact::Attached { .. }
            | Fact::Purged { .. }
            | Fact::ArchiveAsked { .. }
            | Fact::ArchiveTaken { .. } => true,
            Fact::Moved(moved) => self.is_owner(&moved.slug),
            // What the user told the site of the reasons is the user's own text.
            Fact::GatesRead { inputs, .. } => inputs.get(COMMENT).is_none_or(String::is_empty),
            Fact::ProfileVisited { .. }
            | Fact::Rehearsed { .. }
            | Fact::Probed { .. }
            | Fact::Reread { .. }
            | Fact::Scanned(_)
            | Fact::Incident { .. }
            | Fact::TextAccepted { .. }
            | Fact::SamePerson { .. }
            | Fact::IncidentCleared { .. } => false,
        }
    }

    fn about(&self, entry: &Entry) -> About {
        let kind = serde_json::to_value(&entry.fact).ok().and_then(|fact| Some(fact["kind"].as_str()?.to_owned()));
        let (person, to) = match &entry.fact {
            Fact::Moved(moved) => (Some(&moved.slug), Some(moved.to)),
            Fact::ProfileVisited { slug, .. }
            | Fact::Rehearsed { slug, .. }
            | Fact::Probed { slug, .. }
            | Fact::Reread { slug, .. }
            | Fact::TextAccepted { slug, .. }
            | Fact::SamePerson { slug, .. } => (Some(slug), None),
            _ => (None, None),
        };
        let person = person.map(|slug| self.label(slug));
        About { kind: kind.unwrap_or_default(), at: entry.at.utc, person, to }
    }

    /// What is shown of a person.
    fn label(&self, slug: &Slug) -> String {
        let tag = self.key.name_tag(slug.as_str()).short();
        let name = self.people.get(slug).map_or("", String::as_str);
        match self.names {
            Names::Initials => format!("{} {tag}", initials(name)).trim_start().to_owned(),
            Names::Full | Names::Hidden => tag,
        }
    }

    fn names_somebody(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        self.known.iter().any(|name| text.contains(name.as_str()))
    }
}

/// What must not stand in any text: everybody's slug and name, as JSON would write them too; not the owner's own.
fn known(people: &BTreeMap<Slug, String>, owner: Option<&Slug>) -> Vec<String> {
    let others = people.iter().filter(|(slug, _)| Some(*slug) != owner);
    let texts = others.flat_map(|(slug, name)| [slug.as_str().to_owned(), slug.encoded(), name.trim().to_owned()]);
    let mut known: Vec<String> = texts
        .map(|text| text.to_lowercase())
        .flat_map(|text| {
            let quoted = serde_json::to_string(&text).unwrap_or_default();
            [quoted.trim_matches('"').to_owned(), text]
        })
        .filter(|text| text.chars().count() >= SHORTEST_NAME || !text.is_ascii() && !text.is_empty())
        .collect();
    known.sort();
    known.dedup();
    known
}

/// `J. D.`; empty for a name without letters.
fn initials(name: &str) -> String {
    let words: Vec<char> =
        name.split_whitespace().filter_map(|word| word.chars().find(|c| c.is_alphabetic())).collect();
    let ends = match words.as_slice() {
        [] => vec![],
        [only] => vec![*only],
        [first, .., last] => vec![*first, *last],
    };
    ends.iter().map(|c| format!("{}.", c.to_uppercase())).collect::<Vec<_>>().join(" ")
}

/// The pictures of a comparison of which both pages are the account's own.
fn own_beside(compared: &Compared, own_pages: &[&str]) -> Vec<String> {
    let is_own = |side: &Option<Side>| side.as_ref().is_some_and(|side| is_own(&side.address, own_pages));
    let steps = compared.steps.iter().filter(|step| is_own(&step.then) && is_own(&step.now));
    let paths: BTreeSet<&str> = steps
        .flat_map(|step| {
            let then = step.then.as_ref().and_then(|side| side.shot.as_deref());
            then.into_iter().chain(step.difference.as_ref().and_then(|difference| difference.shot.as_deref()))
        })
        .collect();
    compared.shots.iter().map(|shot| shot.path.clone()).filter(|path| paths.contains(path.as_str())).collect()
}

/// Whether an address leads to a page of the account's own.
fn is_own(address: &str, own_pages: &[&str]) -> bool {
    let path = address.split_once("://").map_or(address, |(_, rest)| rest.find('/').map_or("/", |at| &rest[at..]));
    own_pages.iter().any(|page| path.starts_with(page))
}

/// A file of the run's folder by its path; it was listed, so it has to be there.
pub(super) fn read(root: &Folder, path: &str) -> Result<Vec<u8>, EvidenceError> {
    let mut parts: Vec<&str> = path.split('/').collect();
    let name = parts.pop().unwrap_or_default();
    let mut folder = root.enter(".")?.into_start();
    for part in parts {
        folder = folder.enter(part)?;
    }
    folder.read(name, MAX_EVENTS)?.ok_or_else(|| malformed(path, &"it is not there any more"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_letters_and_nothing_else() {
        for (name, shown) in [
            ("Jane Doe", "J. D."),
            ("Ana-María del Ñúñez", "A. Ñ."),
            ("李小龍", "李."),
            ("<b>x</b> \u{202e}y", "B. Y."),
            ("💡", ""),
            ("", ""),
        ] {
            assert_eq!(initials(name), shown);
        }
    }

    #[test]
    fn an_own_page_is_told_by_its_path_only() {
        let own = ["/mypreferences/"];
        assert!(is_own("https://www.linkedin.com/mypreferences/d/close-accounts", &own));
        for other in ["https://www.linkedin.com/feed/", "https://evil/x/mypreferences/", "https://host", "about:blank"]
        {
            assert!(!is_own(other, &own), "{other}");
        }
    }
}
