//! A pack as one text, so that what a run was walked with can be kept beside it and used again.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::digest::digest_of;
use super::pack::Pack;
use super::span::Source;
use crate::event::id::Digest;

/// The files of a pack as they were written, by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeptPack {
    /// The version of this shape: 1.
    pub v: u32,
    /// Name and text.
    pub files: BTreeMap<String, String>,
}

impl KeptPack {
    /// The files of a pack.
    #[must_use]
    pub fn of(pack: &Pack) -> Self {
        let files = pack.written().into_iter().map(|(name, text)| (name.to_owned(), text.to_owned()));
        Self { v: 1, files: files.collect() }
    }

    /// Reads what [`KeptPack::to_bytes`] wrote; none for anything else.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok().filter(|kept: &Self| kept.v == 1)
    }

    /// The text, a file a line.
    ///
    /// # Panics
    /// Never: it has only texts.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec_pretty(self).expect("names and texts are always JSON");
        bytes.push(b'\n');
        bytes
    }

    /// The same as [`Pack::digest_all`] of the pack that was kept.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let digest = |(name, text): (&'_ String, &String)| (name.clone(), Digest::of(text.as_bytes()));
        let files: BTreeMap<String, Digest> = self.files.iter().map(digest).collect();
        digest_of(&files.iter().map(|(name, digest)| (name.as_str(), *digest)).collect())
    }

    /// As sources to load.
    #[must_use]
    pub fn sources(self) -> Vec<Source> {
        self.files.into_iter().map(|(name, text)| Source { name, text }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pack::embedded;

    #[test]
    fn what_is_kept_is_the_pack_with_the_same_digest() {
        let pack = Pack::load(embedded::sources()).unwrap().pack;
        let bytes = KeptPack::of(&pack).to_bytes();
        let kept = KeptPack::read(&bytes).unwrap();
        assert_eq!(kept.digest(), pack.digest_all());
        assert_eq!(Pack::load(kept.sources()).unwrap().pack.digest_all(), pack.digest_all());
    }

    #[test]
    fn another_text_has_another_digest_and_no_pack_is_none() {
        let pack = Pack::load(embedded::sources()).unwrap().pack;
        let mut kept = KeptPack::of(&pack);
        kept.files.get_mut("site.toml").unwrap().push('#');
        assert_ne!(kept.digest(), pack.digest_all());
        kept.v = 2;
        assert_eq!(KeptPack::read(&kept.to_bytes()), None);
        assert_eq!(KeptPack::read(b"{}"), None);
    }
}
