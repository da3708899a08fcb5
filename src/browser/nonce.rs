//! Names that nobody can guess: of folders, of what the agent leaves in a document, of a driver's address.

/// Random bytes as hex digits.
pub(super) fn hex(bytes: usize) -> String {
    (0..bytes).map(|_| format!("{:02x}", rand::random::<u8>())).collect()
}
