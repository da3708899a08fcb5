//! What can go wrong while proof is written: where, and of which kind.

use std::fmt;

use rustix::io::Errno;

/// A file of proof that could not be kept or read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceError {
    /// Where: relative to the run's folder with `/`, or the evidence folder itself.
    pub path: String,
    /// What is wrong with it.
    pub kind: EvidenceErrorKind,
}

/// The kinds of [`EvidenceError`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EvidenceErrorKind {
    /// The system refused: disk full, no permission, read-only.
    System(Errno),
    /// A symbolic link, or something that is no folder, lies where a folder of ours belongs.
    PlantedLink,
    /// Something that is no ordinary file lies where a file of ours belongs.
    NotAFile,
    /// The folder belongs to another user of this machine.
    ForeignOwner,
    /// The bytes are no PNG or JPEG that can be read to the end; the text is the decoder's.
    NotAPicture(String),
    /// The file is larger than this many bytes.
    TooLarge(u64),
    /// The chain handed over does not begin with what is already kept here.
    ChainRewritten {
        /// The first place at which the two differ.
        seq: u64,
    },
    /// The chain handed over is empty or broken.
    BrokenChain {
        /// The first place that does not fit.
        seq: u64,
        /// What does not fit.
        why: &'static str,
    },
    /// A file of ours does not have the shape that it should have.
    Malformed(String),
}

impl EvidenceError {
    pub(super) fn new(path: impl Into<String>, kind: EvidenceErrorKind) -> Self {
        Self { path: path.into(), kind }
    }

    /// Whether the disk has no room or no quota left.
    #[must_use]
    pub fn is_disk_full(&self) -> bool {
        matches!(self.kind, EvidenceErrorKind::System(Errno::NOSPC | Errno::DQUOT | Errno::FBIG))
    }
}

impl fmt::Display for EvidenceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "evidence `{}`: ", self.path.escape_debug())?;
        match &self.kind {
            EvidenceErrorKind::System(Errno::NOSPC | Errno::DQUOT) => {
                f.write_str("no space left on the disk; make room, then start the same command again")
            }
            EvidenceErrorKind::System(Errno::ACCESS | Errno::PERM) => {
                f.write_str("not permitted; give the data directory back to the user who runs this program")
            }
            EvidenceErrorKind::System(Errno::ROFS) => f.write_str("the disk is read-only; mount it for writing"),
            EvidenceErrorKind::System(errno) => write!(f, "{}", std::io::Error::from(*errno)),
            EvidenceErrorKind::PlantedLink => f.write_str(
                "a symbolic link or a file lies where a folder belongs; look who put it there, then move it away",
            ),
            EvidenceErrorKind::NotAFile => {
                f.write_str("something that is no ordinary file lies here; look who put it there, then move it away")
            }
            EvidenceErrorKind::ForeignOwner => {
                f.write_str("another user of this machine owns it; choose another data directory")
            }
            EvidenceErrorKind::NotAPicture(why) => {
                write!(f, "not a PNG or JPEG picture ({}); take it again", why.escape_debug())
            }
            EvidenceErrorKind::TooLarge(limit) => write!(f, "larger than {limit} bytes, which no file of a run is"),
            EvidenceErrorKind::ChainRewritten { seq } => {
                write!(f, "entry {seq} differs from the one already kept here; compare the ledger with a backup")
            }
            EvidenceErrorKind::BrokenChain { seq, why } => {
                write!(f, "entry {seq} of the chain does not fit: {why}; compare the ledger with a backup")
            }
            EvidenceErrorKind::Malformed(why) => {
                write!(f, "not what this program writes there: {}; move it away", why.escape_debug())
            }
        }
    }
}

impl std::error::Error for EvidenceError {}
