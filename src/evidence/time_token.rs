//! Time tokens (RFC 3161): what is asked of a time stamp authority, and what its answer says.
//!
//! Only the hash of the seal is in the question. The authority's own signature is not checked here: that takes its
//! certificates and an opinion of them, and `openssl ts` has both. It sends nothing: who asks for a token hands the answer
//! over.

use jiff::{SignedDuration, Timestamp};

use crate::event::id::Digest;

/// `AlgorithmIdentifier` of SHA-256, without parameters of its own.
const SHA256: [u8; 15] = [0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00];
/// The object identifier of SHA-256 alone: some answer without the empty parameters.
const SHA256_ID: [u8; 9] = [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01];
/// 1.2.840.113549.1.7.2
const SIGNED_DATA: [u8; 9] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
/// 1.2.840.113549.1.9.16.1.4
const TST_INFO: [u8; 11] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x01, 0x04];

const INTEGER: u8 = 0x02;
const OCTETS: u8 = 0x04;
const OBJECT: u8 = 0x06;
const TIME: u8 = 0x18;
const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const INNER: u8 = 0xa0;

/// A token that says so late that something was there says little about when it was made.
pub const IN_TIME: SignedDuration = SignedDuration::from_hours(24);

/// The bytes of a request for a token over a hash, with the authority's certificates asked for.
#[must_use]
pub fn request(sha256: Digest, nonce: u64) -> Vec<u8> {
    // The first byte stays small, so that the number is not negative.
    let nonce = ((nonce >> 2) | (1 << 61)).to_be_bytes();
    let hashed = [&SHA256[..], &[OCTETS, 32], &sha256.0].concat();
    let imprint = [&[SEQUENCE, hashed.len() as u8][..], &hashed].concat();
    let parts = [&[INTEGER, 1, 1][..], &imprint, &[INTEGER, 8], &nonce, &[0x01, 1, 0xff]].concat();
    [&[SEQUENCE, parts.len() as u8][..], &parts].concat()
}

/// What a token says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// The hash that it is about.
    pub imprint: Digest,
    /// When the authority saw it, by the authority's clock.
    pub at: Timestamp,
}

impl Token {
    /// Reads the answer of an authority.
    ///
    /// # Errors
    /// Why it holds no token, in words.
    pub fn read(answer: &[u8]) -> Result<Self, &'static str> {
        let malformed = "it is no answer of a time stamp authority";
        let mut rest = answer;
        let mut answer = Der(take(&mut rest, SEQUENCE).ok_or(malformed)?);
        let mut status = Der(answer.take(SEQUENCE).ok_or(malformed)?);
        // Granted, or granted with changes.
        if !rest.is_empty() || !matches!(status.take(INTEGER), Some([0 | 1])) {
            return Err("the time stamp authority refused");
        }
        Self::of(&mut answer).ok_or(malformed)
    }

    /// Down through the signed data to what was signed.
    fn of(answer: &mut Der<'_>) -> Option<Self> {
        let mut outer = Der(answer.take(SEQUENCE)?);
        outer.take(OBJECT).filter(|id| *id == SIGNED_DATA)?;
        let mut signed = Der(Der(outer.take(INNER)?).take(SEQUENCE)?);
        signed.take(INTEGER)?;
        signed.take(SET)?;
        let mut content = Der(signed.take(SEQUENCE)?);
        content.take(OBJECT).filter(|id| *id == TST_INFO)?;
        let mut info = Der(Der(Der(content.take(INNER)?).take(OCTETS)?).take(SEQUENCE)?);
        info.take(INTEGER)?;
        info.take(OBJECT)?;
        let mut imprint = Der(info.take(SEQUENCE)?);
        let mut algorithm = Der(imprint.take(SEQUENCE)?);
        algorithm.take(OBJECT).filter(|id| *id == SHA256_ID)?;
        let imprint = Digest(imprint.take(OCTETS)?.try_into().ok()?);
        info.take(INTEGER)?;
        Some(Self { imprint, at: time(info.take(TIME)?)? })
    }
}

/// `20261122080910Z`, perhaps with a fraction of a second.
fn time(text: &[u8]) -> Option<Timestamp> {
    let text = std::str::from_utf8(text).ok()?.strip_suffix('Z')?;
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if whole.len() != 14 || !is_number(whole) || !is_number(fraction) || fraction.len() > 9 {
        return None;
    }
    let part = |from: usize, to: usize| &whole[from..to];
    let text = format!(
        "{}-{}-{}T{}:{}:{}.{fraction}Z",
        part(0, 4),
        part(4, 6),
        part(6, 8),
        part(8, 10),
        part(10, 12),
        part(12, 14)
    );
    text.parse().ok()
}

/// What is left of some DER to read.
struct Der<'a>(&'a [u8]);

impl<'a> Der<'a> {
    fn take(&mut self, tag: u8) -> Option<&'a [u8]> {
        take(&mut self.0, tag)
    }
}

/// Takes the next value, which has to have this tag; lengths of up to three bytes, as nothing here is longer.
fn take<'a>(rest: &mut &'a [u8], tag: u8) -> Option<&'a [u8]> {
    let [found, length, after @ ..] = *rest else { return None };
    let (length, after) = match *length {
        short @ 0..=0x7f => (usize::from(short), after),
        long @ 0x81..=0x83 => {
            let (bytes, after) = after.split_at_checked(usize::from(long - 0x80))?;
            (bytes.iter().fold(0, |length, byte| (length << 8) | usize::from(*byte)), after)
        }
        _ => return None,
    };
    let (value, after) = after.split_at_checked(length)?;
    *rest = after;
    (*found == tag).then_some(value)
}

#[cfg(test)]
pub(crate) mod tests {
    use std::path::PathBuf;
    use std::process::Command;

    use super::*;

    /// A time stamp authority in a folder: `openssl ts` with a certificate of its own.
    pub(crate) struct Authority {
        folder: tempfile::TempDir,
    }

    impl Authority {
        pub(crate) fn new() -> Self {
            let authority = Self { folder: tempfile::tempdir().unwrap() };
            let config = "[req]\ndistinguished_name=dn\nx509_extensions=ext\nprompt=no\n[dn]\nCN=Clock\n[ext]\n\
                basicConstraints=critical,CA:TRUE\nextendedKeyUsage=critical,timeStamping\n\
                [tsa]\ndefault_tsa=one\n[one]\nserial=serial\nsigner_digest=sha256\ndefault_policy=1.2.3.4\n\
                digests=sha256\naccuracy=secs:1\ness_cert_id_alg=sha256\n";
            std::fs::write(authority.path("config"), config).unwrap();
            std::fs::write(authority.path("serial"), "01\n").unwrap();
            // `openssl ts` signs with no Ed25519 key.
            let new =
                "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -config config -keyout key -out ca.pem";
            authority.openssl(&new.split(' ').collect::<Vec<_>>());
            authority
        }

        pub(crate) fn path(&self, name: &str) -> PathBuf {
            self.folder.path().join(name)
        }

        fn openssl(&self, arguments: &[&str]) {
            let said = Command::new("openssl").args(arguments).current_dir(self.folder.path()).output().unwrap();
            assert!(said.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&said.stderr));
        }

        /// The answer to a request.
        pub(crate) fn answer(&self, request: &[u8]) -> Vec<u8> {
            std::fs::write(self.path("request"), request).unwrap();
            self.openssl(&[
                "ts",
                "-reply",
                "-config",
                "config",
                "-queryfile",
                "request",
                "-signer",
                "ca.pem",
                "-inkey",
                "key",
                "-out",
                "answer",
            ]);
            std::fs::read(self.path("answer")).unwrap()
        }
    }

    #[test]
    fn an_authority_understands_the_request_and_its_answer_is_understood() {
        let authority = Authority::new();
        for nonce in [0, 1, u64::MAX] {
            let hash = Digest::of(&nonce.to_be_bytes());
            let answer = authority.answer(&request(hash, nonce));
            let token = Token::read(&answer).unwrap();
            assert_eq!(token.imprint, hash);
            assert!(Timestamp::now().duration_since(token.at).abs() < SignedDuration::from_mins(5), "{}", token.at);
        }
    }

    #[test]
    fn a_cut_or_refused_answer_is_no_token() {
        let authority = Authority::new();
        let answer = authority.answer(&request(Digest::of(b"x"), 7));
        for at in 0..answer.len() {
            assert!(Token::read(&answer[..at]).is_err(), "cut at {at}");
        }
        assert!(Token::read(&[&answer[..], b"x"].concat()).is_err());
        let refused = [0x30, 5, 0x30, 3, 2, 1, 2];
        assert_eq!(Token::read(&refused), Err("the time stamp authority refused"));
        let nested: Vec<u8> = std::iter::repeat_n([0x30, 0x80], 1_000).flatten().collect();
        assert!(Token::read(&nested).is_err());
    }

    #[test]
    fn a_time_is_read_with_and_without_a_fraction() {
        let at = |text: &str| time(text.as_bytes()).map(|at| at.to_string());
        assert_eq!(at("20261122080910Z").as_deref(), Some("2026-11-22T08:09:10Z"));
        assert_eq!(at("20261122080910.5Z").as_deref(), Some("2026-11-22T08:09:10.5Z"));
        for bad in
            ["", "Z", "20261122080910", "20261322080910Z", "2026112208091Z", "20261122080910.Z", "2026-1-2T08:09Z"]
        {
            assert_eq!(at(bad), None, "{bad}");
        }
    }
}
