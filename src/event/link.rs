//! The chain of one account: each fact as an entry, each entry's bytes between two hashes.

use serde::{Deserialize, Serialize};

use super::fact::Fact;
use super::id::Digest;
use super::stamp::Stamp;

/// A fact as the chain holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The version of this line's shape.
    pub v: u32,
    /// Its place in the account's chain, from 1.
    pub seq: u64,
    /// When it was written.
    pub at: Stamp,
    /// What happened.
    pub fact: Fact,
}

/// One link of the chain: an entry's exact bytes between two hashes.
///
/// `hash = SHA-256(prev ‖ body)`, with `prev` as 32 bytes and `body` as the bytes of the entry's JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The entry's place, from 1.
    pub seq: u64,
    /// The hash of the link before; zeros for the first.
    pub prev: Digest,
    /// The entry as JSON: exactly the bytes that were hashed.
    pub body: String,
    /// The hash of this link.
    pub hash: Digest,
}

impl Link {
    /// Makes the link that follows `prev`.
    ///
    /// # Panics
    /// Never: every fact can be written as JSON.
    #[must_use]
    pub fn after(prev: Digest, entry: &Entry) -> Self {
        let body = serde_json::to_string(entry).expect("a fact has only strings, numbers and lists");
        let hash = Self::hash_of(prev, &body);
        Self { seq: entry.seq, prev, body, hash }
    }

    /// The hash that a link of these parts has.
    #[must_use]
    pub fn hash_of(prev: Digest, body: &str) -> Digest {
        let mut bytes = prev.0.to_vec();
        bytes.extend_from_slice(body.as_bytes());
        Digest::of(&bytes)
    }

    /// The entry, read back.
    ///
    /// # Errors
    /// The body is not an entry that this version knows.
    pub fn entry(&self) -> Result<Entry, serde_json::Error> {
        serde_json::from_str(&self.body)
    }
}

/// What a chain's check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokenLink {
    /// The place of the first link that does not fit.
    pub seq: u64,
    /// What does not fit.
    pub why: &'static str,
}

/// Checks that each link's hash fits its bytes and that each follows the one before.
///
/// The first link may be any: a part of a chain is checked like a whole one.
///
/// # Errors
/// The first link that does not fit.
pub fn check_chain<'a>(links: impl IntoIterator<Item = &'a Link>) -> Result<(), BrokenLink> {
    let mut before: Option<&Link> = None;
    for link in links {
        let broken = |why| Err(BrokenLink { seq: link.seq, why });
        if Link::hash_of(link.prev, &link.body) != link.hash {
            return broken("its hash does not fit its content");
        }
        if let Some(before) = before {
            if before.hash != link.prev {
                return broken("it does not follow the one before");
            }
            if before.seq + 1 != link.seq {
                return broken("an entry before it is missing");
            }
        }
        match link.entry() {
            Ok(entry) if entry.seq == link.seq => {}
            Ok(_) => return broken("its number does not fit its content"),
            Err(_) => return broken("its content is not an entry that this version knows"),
        }
        before = Some(link);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain() -> Vec<Link> {
        let mut links: Vec<Link> = Vec::new();
        for seq in 1..=4 {
            let entry = Entry {
                v: 1,
                seq,
                at: Stamp { utc: jiff::Timestamp::UNIX_EPOCH, boot_ns: 0, boot_id: String::new() },
                fact: Fact::PlanDropped { plan: "P2A".parse().unwrap() },
            };
            links.push(Link::after(links.last().map_or(Digest::ZERO, |link| link.hash), &entry));
        }
        links
    }

    #[test]
    fn a_whole_chain_and_a_part_of_it_fit() {
        let links = chain();
        assert_eq!(check_chain(&links), Ok(()));
        assert_eq!(check_chain(&links[1..3]), Ok(()));
    }

    #[test]
    fn every_flipped_byte_of_a_body_is_found() {
        for at in 0..chain()[1].body.len() {
            let mut links = chain();
            let mut bytes = links[1].body.clone().into_bytes();
            bytes[at] ^= 1;
            let Ok(body) = String::from_utf8(bytes) else { continue };
            links[1].body = body;
            assert_eq!(check_chain(&links).unwrap_err().seq, 2);
        }
    }

    #[test]
    fn a_missing_link_is_found() {
        let mut links = chain();
        links.remove(1);
        assert_eq!(check_chain(&links).unwrap_err().seq, 3);
    }

    #[test]
    fn an_entry_says_what_kind_of_fact_it_holds() {
        let links = chain();
        assert!(links[0].body.contains(r#""fact":{"kind":"plan-dropped""#), "{}", links[0].body);
        assert_eq!(links[0].entry().unwrap().seq, 1);
    }
}
