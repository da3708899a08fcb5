//! Reads a folder of the user's as a pack: only files that belong into a pack, and nothing outside the folder.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use crate::flow::limit::{LARGEST_FILE, MOST_FILES};
use crate::flow::span::Source;

/// The folders of a pack, in the order in which they are read best.
const FOLDERS: [&str; 3] = ["targets", "words", "flows"];

/// Why a folder is not read as a pack.
#[derive(Debug)]
pub struct FolderError {
    /// Which file or folder.
    pub path: PathBuf,
    /// Why.
    pub why: Why,
}

/// What is wrong with a file or folder.
#[derive(Debug)]
pub enum Why {
    /// It cannot be read.
    Io(io::Error),
    /// It is no folder.
    NotAFolder,
    /// It is no plain file: a folder, a device, a pipe.
    NotAFile,
    /// It leads out of the pack's folder.
    Escapes,
    /// Its name is not one that a pack has.
    Name,
    /// It is larger than a file of a pack may be.
    TooLarge(u64),
    /// There are more files than a pack may have.
    TooMany,
    /// It is no UTF-8; the first wrong byte.
    NotText(usize),
}

impl fmt::Display for FolderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.path.display().to_string().escape_debug())?;
        match &self.why {
            Why::Io(error) => write!(f, "cannot be read ({error}); check that it exists and may be read"),
            Why::NotAFolder => f.write_str("is no folder; name the one that holds `site.toml`"),
            Why::NotAFile => f.write_str("is no plain file; a pack holds `.toml` files only"),
            Why::Escapes => f.write_str("leads out of the pack's folder; put the file itself there"),
            Why::Name => f.write_str(
                "has no place in a pack; names are like `targets/connections.toml`: a-z, 0-9 and `-`, ending in `.toml`",
            ),
            Why::TooLarge(size) => write!(f, "has {size} bytes; at most {LARGEST_FILE} are read"),
            Why::TooMany => write!(f, "holds too many files; at most {MOST_FILES} are read"),
            Why::NotText(at) => write!(f, "is no UTF-8 text (byte {at}); save it as UTF-8"),
        }
    }
}

impl std::error::Error for FolderError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.why {
            Why::Io(error) => Some(error),
            _ => None,
        }
    }
}

/// The texts of a pack in a folder, by name. What they mean is not looked at.
///
/// Files that begin with a dot or end with `~` are an editor's and are passed over; any other file that is not a pack's is
/// refused, so that a misnamed one is never silently left out. Files beside `site.toml` are passed over unless they end in
/// `.toml`, so that a README may lie there.
///
/// # Errors
/// The first file or folder that is not read, and why.
pub fn read(folder: &Path) -> Result<Vec<Source>, FolderError> {
    let error = |path: &Path, why| FolderError { path: path.to_owned(), why };
    let root = fs::canonicalize(folder).map_err(|io| error(folder, Why::Io(io)))?;
    if !root.is_dir() {
        return Err(error(folder, Why::NotAFolder));
    }
    let mut names = Vec::new();
    for name in entries(&root, folder)? {
        let is_known = name == "site.toml" || FOLDERS.contains(&name.as_str());
        if name.ends_with(".toml") && !is_known {
            return Err(error(&folder.join(&name), Why::Name));
        }
    }
    if root.join("site.toml").exists() {
        names.push("site.toml".to_owned());
    }
    for inner in FOLDERS {
        let path = root.join(inner);
        if !path.exists() {
            continue;
        }
        let shown = folder.join(inner);
        if !path.is_dir() {
            return Err(error(&shown, Why::NotAFolder));
        }
        inside(&root, &path, &shown)?;
        for name in entries(&path, &shown)? {
            let stem = name.strip_suffix(".toml").ok_or_else(|| error(&shown.join(&name), Why::Name))?;
            let fits = !stem.is_empty() && stem.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
            if !fits {
                return Err(error(&shown.join(&name), Why::Name));
            }
            names.push(format!("{inner}/{name}"));
        }
    }
    if names.len() > MOST_FILES {
        return Err(error(folder, Why::TooMany));
    }
    names.into_iter().map(|name| file(&root, folder, name)).collect()
}

/// The names in a folder, sorted, without those of editors.
fn entries(path: &Path, shown: &Path) -> Result<Vec<String>, FolderError> {
    let io = |error| FolderError { path: shown.to_owned(), why: Why::Io(error) };
    let mut names = Vec::new();
    for entry in fs::read_dir(path).map_err(io)? {
        let name = entry.map_err(io)?.file_name();
        let Some(name) = name.to_str() else {
            return Err(FolderError { path: shown.join(&name), why: Why::Name });
        };
        if !name.starts_with('.') && !name.ends_with('~') {
            names.push(name.to_owned());
        }
        // The list is bounded before it is sorted: a folder may hold anything.
        if names.len() > 10 * MOST_FILES {
            return Err(FolderError { path: shown.to_owned(), why: Why::TooMany });
        }
    }
    names.sort();
    Ok(names)
}

/// The path with its links followed, if it is still inside the pack's folder.
fn inside(root: &Path, path: &Path, shown: &Path) -> Result<PathBuf, FolderError> {
    let real = fs::canonicalize(path).map_err(|io| FolderError { path: shown.to_owned(), why: Why::Io(io) })?;
    let is_inside = real.starts_with(root);
    is_inside.then_some(real).ok_or_else(|| FolderError { path: shown.to_owned(), why: Why::Escapes })
}

fn file(root: &Path, folder: &Path, name: String) -> Result<Source, FolderError> {
    let shown = folder.join(&name);
    let error = |why| FolderError { path: shown.clone(), why };
    let path = inside(root, &root.join(&name), &shown)?;
    let kind = fs::metadata(&path).map_err(|io| error(Why::Io(io)))?;
    if !kind.is_file() {
        return Err(error(Why::NotAFile));
    }
    let opened = File::open(&path).map_err(|io| error(Why::Io(io)))?;
    // One byte more than allowed is read, so that a file that grows meanwhile is noticed too.
    let most = LARGEST_FILE as u64 + 1;
    let mut bytes = Vec::new();
    opened.take(most).read_to_end(&mut bytes).map_err(|io| error(Why::Io(io)))?;
    if bytes.len() > LARGEST_FILE {
        return Err(error(Why::TooLarge(kind.len().max(most))));
    }
    let text = String::from_utf8(bytes).map_err(|text| error(Why::NotText(text.utf8_error().valid_up_to())))?;
    Ok(Source { name, text })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pack(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        folder
    }

    fn refused(folder: &Path) -> String {
        let error = read(folder).unwrap_err();
        error.to_string().replace(&folder.display().to_string(), "DIR")
    }

    #[test]
    fn names_and_texts_are_read_and_others_passed_over() {
        let folder = pack(&[
            ("site.toml", "a"),
            ("README.md", "x"),
            (".git/config", "x"),
            ("words/en.toml", "b"),
            ("words/en.toml~", "x"),
            ("words/.en.toml.swp", "x"),
            ("flows/x-1.toml", "c"),
        ]);
        let names: Vec<_> = read(folder.path()).unwrap().into_iter().map(|source| source.name).collect();
        assert_eq!(names, ["site.toml", "words/en.toml", "flows/x-1.toml"]);
    }

    #[test]
    fn the_built_in_pack_written_out_is_read_back() {
        let sources = crate::pack::embedded::sources();
        let files: Vec<_> = sources.iter().map(|source| (source.name.as_str(), source.text.as_str())).collect();
        let folder = pack(&files);
        let mut read = read(folder.path()).unwrap();
        let mut sources = sources.clone();
        read.sort_by(|a, b| a.name.cmp(&b.name));
        sources.sort_by(|a, b| a.name.cmp(&b.name));
        assert_eq!(read, sources);
    }

    #[test]
    fn what_has_no_place_is_refused_by_name() {
        let folder = pack(&[("site.toml", ""), ("flows/my flow.toml", "")]);
        assert!(refused(folder.path()).starts_with("DIR/flows/my flow.toml: has no place in a pack"));
        let folder = pack(&[("site.toml", ""), ("flows/x.txt", "")]);
        assert!(refused(folder.path()).starts_with("DIR/flows/x.txt: has no place"));
        let folder = pack(&[("site.toml", ""), ("word.toml", "")]);
        assert!(refused(folder.path()).starts_with("DIR/word.toml: has no place"));
        let folder = pack(&[("site.toml", ""), ("flows/x.toml/y", "")]);
        assert!(refused(folder.path()).starts_with("DIR/flows/x.toml: is no plain file"));
        assert!(refused(&folder.path().join("nowhere")).contains("cannot be read"));
        assert!(refused(&folder.path().join("site.toml")).contains("is no folder"));
    }

    #[test]
    fn large_and_binary_files_are_refused() {
        let folder = pack(&[("site.toml", &"#".repeat(LARGEST_FILE))]);
        assert!(read(folder.path()).is_ok());
        fs::write(folder.path().join("site.toml"), "#".repeat(LARGEST_FILE + 1)).unwrap();
        assert_eq!(refused(folder.path()), "DIR/site.toml: has 262145 bytes; at most 262144 are read");
        fs::write(folder.path().join("site.toml"), b"abc\xff").unwrap();
        assert_eq!(refused(folder.path()), "DIR/site.toml: is no UTF-8 text (byte 3); save it as UTF-8");
    }

    #[cfg(unix)]
    #[test]
    fn links_do_not_lead_out() {
        let outside = pack(&[("secret.toml", "x"), ("more/a.toml", "x")]);
        let folder = pack(&[("site.toml", ""), ("flows/a.toml", "a = 1")]);
        std::os::unix::fs::symlink("a.toml", folder.path().join("flows/b.toml")).unwrap();
        assert_eq!(read(folder.path()).unwrap().len(), 3);
        std::os::unix::fs::symlink(outside.path().join("secret.toml"), folder.path().join("flows/c.toml")).unwrap();
        assert!(refused(folder.path()).starts_with("DIR/flows/c.toml: leads out of the pack's folder"));
        fs::remove_file(folder.path().join("flows/c.toml")).unwrap();
        std::os::unix::fs::symlink(outside.path().join("more"), folder.path().join("targets")).unwrap();
        assert!(refused(folder.path()).starts_with("DIR/targets: leads out"));
    }
}
