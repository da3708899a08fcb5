//! The one form of zip file in which proof is handed to somebody else: nothing is compressed, nothing is optional.
//!
//! Every byte of such a file follows from its names and contents. Whoever reads one therefore needs no tolerance: what is not
//! exactly the file that would be written is refused, and with it everything that a hostile archive can do: names that lead
//! out, links, two files of one name, a directory that says something else than the files, content that swells. Nothing is
//! ever unpacked.

use std::collections::BTreeSet;
use std::io::{self, Read, Write};

use sha2::{Digest as _, Sha256};

use crate::event::id::Digest;

/// The names and sizes of the form end there.
const MAX_BYTES: u64 = u32::MAX as u64;
const MAX_FILES: usize = u16::MAX as usize - 1;
const MAX_NAME: usize = 200;
/// What is named where no file of it is to blame.
const WHOLE: &str = "the zip";
/// 1 January 1980, 0 o'clock: the zip says nothing about when.
const DATE: u16 = 0x0021;
/// An ordinary file that only its owner reads, written on Unix.
const MODE: u32 = 0o100_600 << 16;

/// A zip file while it is written.
pub(super) struct Writer<W> {
    out: W,
    at: u64,
    names: BTreeSet<String>,
    directory: Vec<u8>,
}

impl<W: Write> Writer<W> {
    pub(super) fn new(out: W) -> Self {
        Self { out, at: 0, names: BTreeSet::new(), directory: Vec::new() }
    }

    /// Adds a file.
    ///
    /// # Errors
    /// The name is none of ours or there already, the zip gets too large, or the disk refuses.
    pub(super) fn add(&mut self, name: &str, content: &[u8]) -> io::Result<()> {
        let refuse = |why| Err(io::Error::new(io::ErrorKind::InvalidInput, format!("{name}: {why}")));
        let end = self.at + 30 + name.len() as u64 + content.len() as u64;
        if !is_name(name) || !self.names.insert(name.to_owned()) {
            return refuse("no file of a proof has this name twice or at all");
        }
        if end + self.directory.len() as u64 + 300 > MAX_BYTES || self.names.len() > MAX_FILES {
            return refuse("the file would be larger than a zip can be");
        }
        let head =
            Head { crc: crc(content), size: u32::try_from(content.len()).expect("it fits into the whole"), name };
        self.out.write_all(&head.local())?;
        self.out.write_all(content)?;
        self.directory.extend(head.central(u32::try_from(self.at).expect("it is within the whole")));
        self.at = end;
        Ok(())
    }

    /// Writes the directory and answers the stream.
    pub(super) fn finish(mut self) -> io::Result<W> {
        let tail = tail(&self.directory, self.names.len(), self.at);
        self.out.write_all(&tail)?;
        Ok(self.out)
    }
}

/// What is fixed for one file.
struct Head<'a> {
    crc: u32,
    size: u32,
    name: &'a str,
}

impl Head<'_> {
    fn local(&self) -> Vec<u8> {
        let mut bytes = b"PK\x03\x04".to_vec();
        self.common(&mut bytes);
        bytes.extend(self.name.as_bytes());
        bytes
    }

    fn central(&self, offset: u32) -> Vec<u8> {
        let mut bytes = b"PK\x01\x02".to_vec();
        bytes.extend(0x0314_u16.to_le_bytes());
        self.common(&mut bytes);
        // No comment, first disk, no internal attributes.
        bytes.extend([0; 6]);
        bytes.extend(MODE.to_le_bytes());
        bytes.extend(offset.to_le_bytes());
        bytes.extend(self.name.as_bytes());
        bytes
    }

    /// Version 2.0, no flags, stored, no time; then checksum, sizes and lengths.
    fn common(&self, bytes: &mut Vec<u8>) {
        for short in [20, 0, 0, 0, DATE] {
            bytes.extend(u16::to_le_bytes(short));
        }
        for long in [self.crc, self.size, self.size] {
            bytes.extend(long.to_le_bytes());
        }
        let length = u16::try_from(self.name.len()).expect("names are short");
        bytes.extend(length.to_le_bytes());
        bytes.extend([0; 2]);
    }
}

fn tail(directory: &[u8], files: usize, at: u64) -> Vec<u8> {
    let count = u16::try_from(files).expect("there are no more than the limit").to_le_bytes();
    let long = |value: u64| u32::try_from(value).expect("it is within the whole").to_le_bytes();
    let mut bytes = directory.to_vec();
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend(count);
    bytes.extend(count);
    bytes.extend(long(directory.len() as u64));
    bytes.extend(long(at));
    bytes.extend([0; 2]);
    bytes
}

/// A file that was read.
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) bytes: u64,
    pub(super) sha256: Digest,
    /// The content, where it was asked for.
    pub(super) content: Option<Vec<u8>>,
}

/// Reads a zip that [`Writer`] wrote, from its first byte to its last, and keeps the content of the files that `is_read`
/// names.
///
/// # Errors
/// The name of the first file that is not as it would be written, or `the zip`, and why.
pub(super) fn read(
    mut zip: impl Read,
    limit: impl Fn(&str) -> u64,
    is_read: impl Fn(&str) -> bool,
) -> Result<Vec<Entry>, (String, String)> {
    let mut entries: Vec<Entry> = Vec::new();
    let (mut names, mut directory, mut at) = (BTreeSet::new(), Vec::new(), 0_u64);
    loop {
        let refuse = |name: &str, why: &str| Err((name.to_owned(), why.to_owned()));
        let mut mark = [0; 4];
        exactly(&mut zip, &mut mark)?;
        if &mark != b"PK\x03\x04" {
            return ended(zip, &mark, &tail(&directory, entries.len(), at)).map(|()| entries);
        }
        let mut fixed = [0; 26];
        exactly(&mut zip, &mut fixed)?;
        let long = |from: usize| u32::from_le_bytes([fixed[from], fixed[from + 1], fixed[from + 2], fixed[from + 3]]);
        let (crc, size) = (long(10), long(18));
        let mut name = vec![0; usize::from(u16::from_le_bytes([fixed[22], fixed[23]])).min(MAX_NAME + 1)];
        exactly(&mut zip, &mut name)?;
        let name = String::from_utf8(name).map_err(|_| (WHOLE.to_owned(), "a name in it is no text".to_owned()))?;
        if !is_name(&name) {
            return refuse(&name, "no file of a proof has such a name");
        }
        let head = Head { crc, size, name: &name };
        if head.local()[4..30] != fixed {
            return refuse(&name, "it is not stored as this program stores files: unpacked and packed again, perhaps");
        }
        if !names.insert(name.clone()) {
            return refuse(&name, "it is in the zip twice");
        }
        if u64::from(size) > limit(&name) || entries.len() == MAX_FILES {
            return refuse(&name, "it is larger than any file of a proof, or there are too many files");
        }
        let entry = content((&mut zip, &name), (size, crc), is_read(&name))?;
        directory
            .extend(head.central(u32::try_from(at).map_err(|_| (name.clone(), "it lies too far behind".to_owned()))?));
        at += 30 + name.len() as u64 + u64::from(size);
        entries.push(entry);
    }
}

fn content(
    (zip, name): (&mut impl Read, &str),
    (size, crc): (u32, u32),
    is_kept: bool,
) -> Result<Entry, (String, String)> {
    let (mut hasher, mut sum, mut kept) = (Sha256::new(), Crc::new(), Vec::new());
    let mut left = size as usize;
    let mut buffer = vec![0; 64 * 1024];
    while left > 0 {
        let part = &mut buffer[..left.min(64 * 1024)];
        exactly(zip, part)?;
        hasher.update(&*part);
        sum.update(part);
        if is_kept {
            kept.extend_from_slice(part);
        }
        left -= part.len();
    }
    if sum.end() != crc {
        return Err((name.to_owned(), "its checksum in the zip does not fit".to_owned()));
    }
    let sha256 = Digest(hasher.finalize().into());
    Ok(Entry { name: name.to_owned(), bytes: size.into(), sha256, content: is_kept.then_some(kept) })
}

/// Behind the last file comes the directory that follows from the files, and nothing else.
fn ended(zip: impl Read, mark: &[u8], expected: &[u8]) -> Result<(), (String, String)> {
    if !mark.starts_with(b"PK") {
        return Err((WHOLE.to_owned(), "it is no zip, or not one that this program wrote".to_owned()));
    }
    let mut rest = mark.to_vec();
    let more = zip.take(expected.len() as u64 + 1).read_to_end(&mut rest);
    if more.is_ok() && rest == expected {
        Ok(())
    } else {
        Err((WHOLE.to_owned(), "its directory does not say what is in it".to_owned()))
    }
}

fn exactly(zip: &mut impl Read, buffer: &mut [u8]) -> Result<(), (String, String)> {
    zip.read_exact(buffer).map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => (WHOLE.to_owned(), "it ends too early, or it is no zip".to_owned()),
        _ => (WHOLE.to_owned(), error.to_string()),
    })
}

/// Whether a name is one of a proof: parts of plain signs, none of which leads anywhere else.
fn is_name(name: &str) -> bool {
    let is_plain = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
    };
    name.len() <= MAX_NAME && name.split('/').count() <= 5 && name.split('/').all(is_plain)
}

fn crc(bytes: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.end()
}

/// The checksum that every zip has; it finds accidents, the hashes find the rest.
struct Crc(u32);

const CRC_TABLE: [u32; 256] = {
    let mut table = [0; 256];
    let mut at = 0;
    while at < 256 {
        let (mut value, mut bit) = (at as u32, 0);
        while bit < 8 {
            value = if value & 1 == 1 { (value >> 1) ^ 0xedb8_8320 } else { value >> 1 };
            bit += 1;
        }
        table[at] = value;
        at += 1;
    }
    table
};

impl Crc {
    fn new() -> Self {
        Self(u32::MAX)
    }

    fn update(&mut self, bytes: &[u8]) {
        self.0 =
            bytes.iter().fold(self.0, |crc, byte| CRC_TABLE[((crc ^ u32::from(*byte)) & 0xff) as usize] ^ (crc >> 8));
    }

    fn end(self) -> u32 {
        !self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = Writer::new(Vec::new());
        files.iter().for_each(|(name, content)| writer.add(name, content).unwrap());
        writer.finish().unwrap()
    }

    fn names(bytes: &[u8]) -> Result<Vec<String>, (String, String)> {
        Ok(read(bytes, |_| 1_000, |_| true)?.into_iter().map(|entry| entry.name).collect())
    }

    #[test]
    fn what_was_written_is_read_and_other_programs_read_it_too() {
        let bytes = zip(&[("a.txt", b"one"), ("b/c.json", b"{}"), ("empty", b"")]);
        let entries = read(&bytes[..], |_| 3, |name| name == "a.txt").unwrap();
        assert_eq!(entries.iter().map(|entry| &entry.name[..]).collect::<Vec<_>>(), ["a.txt", "b/c.json", "empty"]);
        assert_eq!((entries[0].content.as_deref(), &entries[1].content), (Some(&b"one"[..]), &None));
        assert_eq!(entries[1].sha256, Digest::of(b"{}"));
        let mut other = zip::ZipArchive::new(io::Cursor::new(bytes)).unwrap();
        let mut text = String::new();
        other.by_name("a.txt").unwrap().read_to_string(&mut text).unwrap();
        assert_eq!((other.len(), text.as_str()), (3, "one"));
    }

    #[test]
    fn each_flipped_bit_and_each_cut_of_a_zip_is_noticed() {
        let bytes = zip(&[("a.txt", b"one"), ("b/c.json", b"{}")]);
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut flipped = bytes.clone();
                flipped[at] ^= 1 << bit;
                let same = names(&flipped).is_ok_and(|names| names == ["a.txt", "b/c.json"]);
                assert!(!same, "bit {bit} of byte {at}");
            }
            assert!(names(&bytes[..at]).is_err(), "cut at {at}");
        }
        assert!(names(&[&bytes[..], b"x"].concat()).is_err(), "something follows");
    }

    #[test]
    fn names_that_lead_elsewhere_are_neither_written_nor_read() {
        let good = zip(&[("aaaaaaaa", b"x")]);
        for name in [
            "../../xx",
            "/etc/xxx",
            "a/../b/c",
            "..aaaaaa",
            "a\\bbbbbb",
            "C:/windo",
            "a//bbbbb",
            "a/b/c/d/",
            "\u{e9}aaaaaa",
        ] {
            assert!(Writer::new(Vec::new()).add(name, b"x").is_err(), "{name}");
            if name.len() == 8 {
                let forged: Vec<u8> = replaced(&good, b"aaaaaaaa", name.as_bytes());
                assert!(names(&forged).is_err(), "{name}");
            }
        }
        assert!(Writer::new(Vec::new()).add(&"a".repeat(201), b"x").is_err());
    }

    #[test]
    fn links_doubles_compression_and_a_lying_directory_are_refused() {
        let bytes = zip(&[("first", b"one"), ("other", b"two")]);
        let doubled = replaced(&bytes, b"other", b"first");
        assert!(names(&doubled).unwrap_err().1.contains("twice"));
        let mut writer = Writer::new(Vec::new());
        writer.add("x", b"1").unwrap();
        assert!(writer.add("x", b"2").is_err());
        let link = replaced(&bytes, &MODE.to_le_bytes(), &(0o120_777_u32 << 16).to_le_bytes());
        assert!(names(&link).unwrap_err().1.contains("directory"));
        // The directory alone names another file than the one that lies there.
        let at = bytes.len() - 22 - 5;
        let lying = [&bytes[..at], b"third", &bytes[at + 5..]].concat();
        assert!(names(&lying).unwrap_err().1.contains("directory"));

        let mut other = zip::ZipWriter::new(io::Cursor::new(Vec::new()));
        let deflated = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
        other.start_file("bomb", deflated).unwrap();
        other.write_all(&vec![0; 50_000_000]).unwrap();
        let bomb = other.finish().unwrap().into_inner();
        assert!(bomb.len() < 100_000);
        assert!(names(&bomb).unwrap_err().1.contains("packed again"));
        let large = zip(&[("large", &[0; 1_001])]);
        assert!(names(&large).unwrap_err().1.contains("larger"));
    }

    fn replaced(bytes: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
        assert_eq!(old.len(), new.len());
        let mut bytes = bytes.to_vec();
        for at in 0..=bytes.len() - old.len() {
            if &bytes[at..at + old.len()] == old {
                bytes[at..at + old.len()].copy_from_slice(new);
            }
        }
        bytes
    }
}
