//! Ids and hashes as types, so that one is never taken for another.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use unicode_normalization::UnicodeNormalization as _;

/// A SHA-256, shown as 64 lower-case hex digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// The digest of some bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The digest of several parts; each part is preceded by its length, so that no two lists of parts collide.
    #[must_use]
    pub fn of_parts(parts: &[&[u8]]) -> Self {
        let mut hasher = Sha256::new();
        for part in parts {
            hasher.update((part.len() as u64).to_be_bytes());
            hasher.update(part);
        }
        Self(hasher.finalize().into())
    }

    /// All zeros: the predecessor of the first link of a chain.
    pub const ZERO: Self = Self([0; 32]);

    /// The first twelve hex digits, for people.
    #[must_use]
    pub fn short(&self) -> String {
        self.to_string()[..12].to_owned()
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({})", self.short())
    }
}

impl FromStr for Digest {
    type Err = BadId;

    fn from_str(text: &str) -> Result<Self, BadId> {
        let bad = || BadId { what: "hash", text: text.to_owned(), want: "64 hex digits" };
        if text.len() != 64 || !text.is_ascii() {
            return Err(bad());
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
            let pair = std::str::from_utf8(pair).map_err(|_| bad())?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| bad())?;
        }
        Ok(Self(bytes))
    }
}

impl Serialize for Digest {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A text that is not the id that it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadId {
    /// What it should have been: "plan", "account", …
    pub what: &'static str,
    /// What was given.
    pub text: String,
    /// What is wanted instead.
    pub want: &'static str,
}

impl fmt::Display for BadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is no {}: {}", self.text.escape_debug(), self.what, self.want)
    }
}

impl std::error::Error for BadId {}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $what:literal, $want:literal, $valid:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = BadId;

            fn from_str(text: &str) -> Result<Self, BadId> {
                let valid: fn(&str) -> bool = $valid;
                if valid(text) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(BadId { what: $what, text: text.to_owned(), want: $want })
                }
            }
        }

        impl TryFrom<String> for $name {
            type Error = BadId;

            fn try_from(text: String) -> Result<Self, BadId> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text_id!(
    /// The user's own name for an account, `default` unless said otherwise. It is part of paths.
    AccountName,
    "account name",
    "1 to 40 of a-z, 0-9 and `-`, beginning with a letter",
    |text| text.len() <= 40
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
);
text_id!(
    /// A plan's short, sayable id, such as `P4K`.
    PlanId,
    "plan",
    "`P` and 2 to 8 of A-Z and 0-9, as `exeunt plan list` shows it",
    |text| sayable(text, 'P')
);
text_id!(
    /// A run's short, sayable id, such as `R7M`.
    RunId,
    "run",
    "`R` and 2 to 8 of A-Z and 0-9, as `exeunt evidence list` shows it",
    |text| sayable(text, 'R')
);
text_id!(
    /// An incident's short, sayable id, such as `I2X`.
    IncidentId,
    "incident",
    "`I` and 2 to 8 of A-Z and 0-9, as `exeunt incident list` shows it",
    |text| sayable(text, 'I')
);

/// The letters and digits of sayable ids: none that is taken for another.
pub const SAYABLE: &[u8] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

fn sayable(text: &str, first: char) -> bool {
    (3..=9).contains(&text.len())
        && text.starts_with(first)
        && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
}

/// A person's identity: the last part of the profile's address, percent-decoded, NFC, lower case.
///
/// Two people may have one name; no two have one slug. Never empty, never with a slash, at most 300 bytes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Slug(String);

impl Slug {
    /// The slug as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The slug as one part of a path, percent-encoded.
    #[must_use]
    pub fn encoded(&self) -> String {
        percent_encode(&self.0)
    }
}

/// One path part: everything but unreserved characters becomes `%XX` (RFC 3986 section 2).
#[must_use]
pub fn percent_encode(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::with_capacity(text.len()), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            write!(out, "%{byte:02X}").expect("writing to a string cannot fail");
        }
        out
    })
}

/// Undoes percent-encoding; none if it is no UTF-8 then, or a `%` stands without its digits.
#[must_use]
pub fn percent_decode(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] == b'%' {
            let pair = text.get(at + 1..at + 3)?;
            out.push(u8::from_str_radix(pair, 16).ok()?);
            at += 3;
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8(out).ok()
}

impl FromStr for Slug {
    type Err = BadId;

    fn from_str(text: &str) -> Result<Self, BadId> {
        let bad = || BadId {
            what: "slug",
            text: text.chars().take(80).collect(),
            want: "the last part of a profile's address",
        };
        let decoded = percent_decode(text).ok_or_else(bad)?;
        let slug: String = decoded.nfc().collect::<String>().to_lowercase().nfc().collect();
        let fits = !slug.is_empty()
            && slug.len() <= 300
            && slug != "."
            && slug != ".."
            && !slug.chars().any(|c| c.is_control() || c.is_whitespace() || matches!(c, '/' | '\\' | '?' | '#' | '%'));
        if fits { Ok(Self(slug)) } else { Err(bad()) }
    }
}

impl TryFrom<String> for Slug {
    type Error = BadId;

    fn try_from(text: String) -> Result<Self, BadId> {
        text.parse()
    }
}

impl From<Slug> for String {
    fn from(slug: Slug) -> Self {
        slug.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether an account is the real site's or the practice site's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Realm {
    /// The pack's own origin.
    Real,
    /// Any loopback origin, any port.
    Practice,
}

impl Realm {
    /// `real` or `practice`; also the name of a folder.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Real => "real",
            Self::Practice => "practice",
        }
    }
}

impl fmt::Display for Realm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Realm {
    type Err = BadId;

    fn from_str(text: &str) -> Result<Self, BadId> {
        match text {
            "real" => Ok(Self::Real),
            "practice" => Ok(Self::Practice),
            _ => Err(BadId { what: "realm", text: text.to_owned(), want: "`real` or `practice`" }),
        }
    }
}

/// What is done: to a person, or to the account itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// Takes a connection out of the network.
    Remove,
    /// Closes the account.
    Close,
    /// Hides the account until its owner signs in again.
    Hibernate,
}

impl Action {
    /// Whether it is done to the account itself: tried once, never by a plan of people, and proved by the end page and
    /// the signed-out state.
    #[must_use]
    pub fn is_of_account(self) -> bool {
        match self {
            Self::Remove => false,
            Self::Close | Self::Hibernate => true,
        }
    }

    /// The word of the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Remove => "remove",
            Self::Close => "close",
            Self::Hibernate => "hibernate",
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Action {
    type Err = BadId;

    fn from_str(text: &str) -> Result<Self, BadId> {
        match text {
            "remove" => Ok(Self::Remove),
            "close" => Ok(Self::Close),
            "hibernate" => Ok(Self::Hibernate),
            _ => Err(BadId {
                what: "action",
                text: text.to_owned(),
                want: "`remove`; for the account itself there are `exeunt close` and `exeunt hibernate`",
            }),
        }
    }
}

/// Which pages a deed goes through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Route {
    /// The connections list: opens no profile.
    List,
    /// Each person's profile: every visit is a profile view.
    Profile,
    /// The pages of the account's own settings.
    Settings,
}

impl Route {
    /// The word of the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Profile => "profile",
            Self::Settings => "settings",
        }
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Route {
    type Err = BadId;

    fn from_str(text: &str) -> Result<Self, BadId> {
        match text {
            "list" => Ok(Self::List),
            "profile" => Ok(Self::Profile),
            "settings" => Ok(Self::Settings),
            _ => Err(BadId { what: "route", text: text.to_owned(), want: "`list` or `profile`" }),
        }
    }
}

/// The key of one effect: account, action, person and plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct EffectKey(pub Digest);

impl EffectKey {
    /// The key of what `plan` does to `slug`.
    #[must_use]
    pub fn new(account: &AccountName, realm: Realm, action: Action, slug: &Slug, plan: &PlanId) -> Self {
        Self(Digest::of_parts(&[
            account.as_str().as_bytes(),
            realm.as_str().as_bytes(),
            action.as_str().as_bytes(),
            slug.as_str().as_bytes(),
            plan.as_str().as_bytes(),
        ]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slug_is_decoded_normalised_and_lowered() {
        let encoded: Slug = "J%C3%B6rg-M%C3%BCller".parse().unwrap();
        let decomposed: Slug = "jo\u{308}rg-mu\u{308}ller".parse().unwrap();
        assert_eq!(encoded, decomposed);
        assert_eq!(encoded.as_str(), "jörg-müller");
        assert_eq!(encoded.encoded(), "j%C3%B6rg-m%C3%BCller");
    }

    #[test]
    fn hostile_slugs_are_refused() {
        for text in ["", ".", "..", "a/b", "a%2Fb", "%", "%zz", "a b", "a\u{1b}b", "a%00b", &"x".repeat(301)] {
            assert!(text.parse::<Slug>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn parts_do_not_collide() {
        assert_ne!(Digest::of_parts(&[b"ab", b"c"]), Digest::of_parts(&[b"a", b"bc"]));
        let digest = Digest::of(b"x");
        assert_eq!(digest.to_string().parse::<Digest>().unwrap(), digest);
    }
}
