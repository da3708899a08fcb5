//! A reader that hashes everything that passes through it, and stops at anything that no export contains.

use std::cell::Cell;
use std::error::Error;
use std::fmt;
use std::io::{self, Read};
use std::rc::Rc;

use sha2::{Digest as _, Sha256};

use crate::event::id::Digest;

/// Why the guard let nothing more pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// A NUL byte on that line.
    Nul {
        /// From 1.
        line: u64,
    },
    /// The first bytes say UTF-16.
    Utf16,
    /// The row in hand is too long.
    RowTooLong,
    /// More bytes than the whole may have.
    TooMuch,
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl Error for Stop {}

/// How far the guard may read; the one who parses rows moves it on after each of them.
#[derive(Clone)]
pub(super) struct Leash(Rc<Cell<u64>>);

impl Leash {
    /// Allows bytes up to, not including, that one.
    pub(super) fn move_to(&self, byte: u64) {
        self.0.set(byte);
    }
}

/// See the module.
pub(super) struct Guard<R> {
    inner: R,
    leash: Leash,
    most: u64,
    passed: u64,
    lines: u64,
    hasher: Sha256,
}

impl<R: Read> Guard<R> {
    /// Guards a reader of which at most `most` bytes may come, and at first `leash` of them.
    pub(super) fn new(inner: R, most: u64, leash: u64) -> Self {
        let leash = Leash(Rc::new(Cell::new(leash)));
        Self { inner, leash, most, passed: 0, lines: 1, hasher: Sha256::new() }
    }

    /// The handle that moves the leash.
    pub(super) fn leash(&self) -> Leash {
        self.leash.clone()
    }

    /// The hash of all that passed.
    pub(super) fn digest(self) -> Digest {
        Digest(self.hasher.finalize().into())
    }
}

impl<R: Read> Read for Guard<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.passed > self.leash.0.get() {
            return Err(io::Error::other(Stop::RowTooLong));
        }
        let length = self.inner.read(buffer)?;
        let bytes = &buffer[..length];
        self.passed = self.passed.saturating_add(length as u64);
        if self.passed > self.most {
            return Err(io::Error::other(Stop::TooMuch));
        }
        let newlines = |bytes: &[u8]| bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
        if self.passed == length as u64 && (bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff")) {
            return Err(io::Error::other(Stop::Utf16));
        }
        if let Some(at) = bytes.iter().position(|byte| *byte == 0) {
            return Err(io::Error::other(Stop::Nul { line: self.lines + newlines(&bytes[..at]) }));
        }
        self.lines += newlines(bytes);
        self.hasher.update(bytes);
        Ok(length)
    }
}

/// The guard's own stop inside an error of a reader above it.
pub(super) fn stop_in(error: &io::Error) -> Option<Stop> {
    error.get_ref()?.downcast_ref().copied()
}
