//! A page as a browser saved it: one HTML file with a folder beside it, or one MHTML file with everything in it.
//!
//! Browsers write down where a page came from: Chromium in a comment above the document or in the head of an MHTML file, the
//! extension SingleFile in a comment of its own. A page that says nothing has no address.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use mail_parser::{MessageParser, MimeHeaders as _, PartType};
use url::Url;

use super::super::list_file::plain;
use super::super::output::shown;
use crate::event::id::percent_decode;
use crate::plan::tabular::kind_of;

/// The largest page that is read, and the largest file beside it, in bytes.
const LARGEST: u64 = 60 * 1024 * 1024;
/// A page says where it came from before its own content.
const HEAD: usize = 4096;
/// Pictures that are not there have the size of a small one: what has no size counts as not displayed. Every rule of the
/// page's own goes before this one.
const PICTURES: &str =
    "<style>:where(img:not([hidden])) { display: inline-block; min-width: 16px; min-height: 16px }</style>";

/// What was read.
pub(super) struct Saved {
    /// The document, which asks for nothing that a browser would do by itself: another page, another policy.
    pub(super) page: String,
    /// Where it says that it came from.
    pub(super) from: Option<Url>,
    /// Style sheets and pictures of an MHTML file, by the path at which the document asks for them.
    pub(super) parts: BTreeMap<String, Vec<u8>>,
    /// The file, beside which the rest of the page lies.
    file: PathBuf,
}

impl Saved {
    /// Reads a file.
    ///
    /// # Errors
    /// It cannot be read, is too large, or is no page that is understood; in words that name the file.
    pub(super) fn read(file: &Path) -> Result<Self, String> {
        let named = |why: String| format!("{}: {why}", shown(file.display()));
        let bytes = bytes_of(file).map_err(named)?;
        let start = bytes.trim_ascii_start();
        let (page, from, parts) = if is_mhtml(start) {
            unpacked(&bytes)
                .ok_or_else(|| named("it looks like a single-file page (MHTML), and no page is in it".to_owned()))?
        } else if is_html(start) {
            let page = String::from_utf8_lossy(&bytes).into_owned();
            let from = said_above(&page);
            (page, from, BTreeMap::new())
        } else {
            let what = what_it_is(start);
            return Err(named(format!("{what}; save the page as HTML (complete) or as a single file (MHTML)")));
        };
        Ok(Self { page: still(&page) + PICTURES, from, parts, file: file.to_owned() })
    }

    /// What lies beside the page, or in it, at a path that its document asks for.
    pub(super) fn beside(&self, path: &str) -> Option<Vec<u8>> {
        if let Some(part) = self.parts.get(path) {
            return Some(part.clone());
        }
        let decoded = percent_decode(path)?;
        let mut names = decoded.rsplit('/');
        let (name, folder) = (names.next()?, names.next()?);
        // Only from the folder that the browser made for this page, which has the page's name: `page_files`, `page-Dateien`.
        let stem = self.file.file_stem()?.to_str()?;
        let is_of_page = folder.strip_prefix(stem).is_some_and(|rest| rest.starts_with(['_', '-', '.', ' ']));
        let is_name = |name: &str| !matches!(name, "" | "." | "..") && !name.contains(['\\', '\0']);
        if !is_of_page || !is_name(name) || !is_name(folder) {
            return None;
        }
        let folder = self.file.with_file_name(folder);
        let is_own = |path: &Path| path.symlink_metadata().is_ok_and(|about| !about.is_symlink());
        let file = folder.join(name);
        (is_own(&folder) && is_own(&file)).then(|| bytes_of(&file).ok()).flatten()
    }
}

fn bytes_of(file: &Path) -> Result<Vec<u8>, String> {
    let size = plain(file)?.len();
    if size > LARGEST {
        return Err(format!("has {size} bytes; at most {LARGEST} are read"));
    }
    std::fs::read(file).map_err(|error| error.to_string())
}

fn head_of(bytes: &[u8]) -> String {
    String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD)]).to_lowercase()
}

/// An MHTML file is a mail: lines of a head, one of which says that there are several parts.
fn is_mhtml(start: &[u8]) -> bool {
    let head = head_of(start);
    let name = head.split(':').next().unwrap_or_default();
    let is_head = !name.is_empty() && name.chars().all(|one| one.is_ascii_alphanumeric() || one == '-');
    is_head && (head.contains("mime-version:") || head.contains("multipart/related"))
}

fn is_html(start: &[u8]) -> bool {
    let head = head_of(start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start));
    let begins = ["<!doctype html", "<html", "<!--", "<head", "<body"].iter().any(|tag| head.starts_with(tag));
    begins || (head.starts_with("<?xml") && head.contains("<html"))
}

/// What a file is that is no page.
fn what_it_is(start: &[u8]) -> String {
    let head = head_of(start);
    if start.is_empty() {
        return "it is empty".to_owned();
    }
    if start.starts_with(b"bplist00") {
        return "it is a web archive of Safari".to_owned();
    }
    if start.starts_with(b"PK") {
        return "it is a zip archive".to_owned();
    }
    if head.starts_with("warc/") {
        return "it is a web archive (WARC)".to_owned();
    }
    if head.starts_with('{') && head.contains("\"log\"") {
        return "it is a recording of network traffic (HAR)".to_owned();
    }
    kind_of(start).map_or_else(|| "it is no page".to_owned(), |kind| format!("it is {kind} and no page"))
}

/// Where a comment above the document says that it came from.
fn said_above(page: &str) -> Option<Url> {
    let mut end = page.len().min(HEAD);
    while !page.is_char_boundary(end) {
        end -= 1;
    }
    let head = &page[..end];
    let after = |mark: &str| head.split_once(mark).map(|(_, rest)| rest);
    // Chromium: `saved from url=(0042)https://…`, with the address's length in brackets.
    let chromium = after("saved from url=(").and_then(|rest| rest.split_once(')')).map(|(_, address)| address);
    let single_file =
        after("Page saved with SingleFile").and_then(|rest| rest.split_once("url:")).map(|(_, rest)| rest);
    let address = chromium.or(single_file)?.trim_start();
    let address = address.split(|one: char| one.is_whitespace() || one == '>').next()?;
    web(address.trim_end_matches("--"))
}

fn web(address: &str) -> Option<Url> {
    Url::parse(address.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
}

type Unpacked = (String, Option<Url>, BTreeMap<String, Vec<u8>>);

/// The document of an MHTML file, which asks for its style sheets and pictures at paths of this file's own.
fn unpacked(bytes: &[u8]) -> Option<Unpacked> {
    let message = MessageParser::default().parse(bytes)?;
    let text_of =
        |name: &'static str| message.header(name).and_then(mail_parser::HeaderValue::as_text).map(str::to_owned);
    let page = message.parts.iter().find_map(|part| match &part.body {
        PartType::Html(html) => Some((part, html.to_string())),
        _ => None,
    });
    let (whole, page) = page?;
    // Chromium marks shadow roots in such a file with an attribute that no page has (156); as HTML they would not be drawn.
    let mut page = page.replace("<template shadowmode=", "<template shadowrootmode=");
    let from = text_of("Snapshot-Content-Location").or_else(|| whole.content_location().map(str::to_owned));
    let mut parts = BTreeMap::new();
    for (nth, part) in message.parts.iter().enumerate() {
        let content = match &part.body {
            PartType::Text(text) if part.content_type().is_some_and(|kind| kind.subtype() == Some("css")) => {
                text.as_bytes()
            }
            PartType::Binary(bytes) | PartType::InlineBinary(bytes)
                if part.content_type().is_some_and(|kind| kind.ctype() == "image") =>
            {
                bytes
            }
            _ => continue,
        };
        let path = format!("/-saved-/{nth}");
        let named = [part.content_id().map(|id| format!("cid:{id}")), part.content_location().map(str::to_owned)];
        for address in named.into_iter().flatten() {
            for address in [address.replace('&', "&amp;"), address] {
                page = page.replace(&format!("\"{address}\""), &format!("\"{path}\""));
            }
        }
        parts.insert(path, content.to_vec());
    }
    Some((page, from.as_deref().and_then(web), parts))
}

/// A document that does nothing by itself: an `http-equiv` could lead to another page, or forbid what is done here.
fn still(page: &str) -> String {
    const NAME: &str = "http-equiv";
    // Lower case of ASCII alone leaves every character at its place.
    let folded = page.to_ascii_lowercase();
    let mut out = String::with_capacity(page.len() + PICTURES.len());
    let mut from = 0;
    for (at, _) in folded.match_indices(NAME) {
        out.push_str(&page[from..at]);
        out.push_str("data-equiv");
        from = at + NAME.len();
    }
    out + &page[from..]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, content: &[u8]) -> (tempfile::TempDir, Result<Saved, String>) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(name);
        std::fs::write(&file, content).unwrap();
        let saved = Saved::read(&file);
        (folder, saved)
    }

    #[test]
    fn a_page_says_where_it_was_saved_from() {
        let of = |head: &str| {
            let (_folder, saved) = read("a.html", format!("{head}<html><body>x</body></html>").as_bytes());
            saved.unwrap().from.map(String::from)
        };
        let jane = Some("https://www.linkedin.com/in/jane-doe/".to_owned());
        assert_eq!(of("<!DOCTYPE html>\n<!-- saved from url=(0037)https://www.linkedin.com/in/jane-doe/ -->\n"), jane);
        assert_eq!(of("<!-- saved from url=(0037)https://www.linkedin.com/in/jane-doe/-->"), jane);
        let single = "<!DOCTYPE html> <!--\n Page saved with SingleFile \n url: https://www.linkedin.com/in/jane-doe/ \n saved date: today\n-->";
        assert_eq!(of(single), jane);
        assert_eq!(of("<!DOCTYPE html>"), None);
        assert_eq!(of("<!-- saved from url=(0011)file:///etc -->"), None);
    }

    #[test]
    fn a_single_file_has_its_style_sheets_and_pictures_in_it() {
        let mhtml = "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://www.linkedin.com/in/jane-doe/\r\n\
             Subject: Jane\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\ttype=\"text/html\";\r\n\tboundary=\"--x--\"\r\n\r\n\r\n\
             ----x--\r\nContent-Type: text/html\r\nContent-ID: <frame-1@mhtml.blink>\r\nContent-Transfer-Encoding: quoted-printable\r\n\
             Content-Location: https://www.linkedin.com/in/jane-doe/\r\n\r\n<!DOCTYPE html><html><head><link rel=3D\"stylesheet\" \
             href=3D\"cid:css-1@mhtml.blink\"></head><body><img src=3D\"https://media.example/a.png?x=3D1&amp;y=3D2\">J=C3=A4ne<div><template \
             shadowmode=3D\"open\"><p>late</p></template></div></body></html>\r\n\
             ----x--\r\nContent-Type: text/css\r\nContent-Transfer-Encoding: quoted-printable\r\nContent-Location: cid:css-1@mhtml.blink\r\n\r\n\
             .gone { display: none }\r\n\
             ----x--\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\nContent-Location: https://media.example/a.png?x=1&y=2\r\n\r\n\
             iVBORw0K\r\n----x----\r\n";
        let (_folder, saved) = read("a.mhtml", mhtml.as_bytes());
        let saved = saved.unwrap();
        assert_eq!(saved.from.as_ref().map(Url::as_str), Some("https://www.linkedin.com/in/jane-doe/"));
        assert!(saved.page.contains("Jäne"), "{}", saved.page);
        assert!(saved.page.contains("<template shadowrootmode=\"open\">"), "{}", saved.page);
        let paths: Vec<&String> = saved.parts.keys().collect();
        assert_eq!(paths.len(), 2, "{paths:?}");
        assert!(paths.iter().all(|path| saved.page.contains(&format!("\"{path}\""))), "{paths:?}: {}", saved.page);
        assert!(saved.beside(paths[0]).unwrap().starts_with(b".gone"), "the style sheet is served");
        assert!(!saved.page.contains("media.example"), "{}", saved.page);
    }

    #[test]
    fn only_the_folder_of_the_page_itself_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        write("Jane Doe.html", "<html></html>");
        write("Jane Doe_files/a.css", "css");
        write("other/a.css", "no");
        write("Jane Doeville/a.css", "no");
        write("secret", "no");
        std::os::unix::fs::symlink(folder.path().join("secret"), folder.path().join("Jane Doe_files/link")).unwrap();
        let saved = Saved::read(&folder.path().join("Jane Doe.html")).unwrap();
        assert_eq!(saved.beside("/in/jane-doe/Jane%20Doe_files/a.css").as_deref(), Some(&b"css"[..]));
        for path in [
            "/other/a.css",
            "/Jane%20Doeville/a.css",
            "/in/Jane%20Doe_files/link",
            "/Jane%20Doe_files/..%2Fsecret",
            "/secret",
            "/Jane%20Doe_files/",
            "/",
        ] {
            assert_eq!(saved.beside(path), None, "{path}");
        }
    }

    #[test]
    fn what_is_no_page_is_named() {
        for (name, content, what) in [
            ("a.webarchive", &b"bplist00\x01"[..], "a web archive of Safari"),
            ("a.pdf", b"%PDF-1.7", "a PDF document"),
            ("a.png", b"\x89PNG\r\n", "a picture"),
            ("a.zip", b"PK\x03\x04", "a zip archive"),
            ("a.warc", b"WARC/1.1\r\n", "WARC"),
            ("a.har", b"{ \"log\": {} }", "HAR"),
            ("a.txt", b"Jane Doe\n", "no page"),
            ("a.html", b"", "empty"),
            (
                "a.mht",
                b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x--\r\n",
                "no page is in it",
            ),
        ] {
            let (_folder, saved) = read(name, content);
            let why = saved.err().unwrap_or_else(|| panic!("{name} is taken for a page"));
            assert!(why.contains(what) && why.contains(name), "{why}");
        }
    }

    #[test]
    fn a_document_leads_nowhere_by_itself() {
        let page =
            "<html><meta HTTP-EQUIV=refresh content='0;url=https://elsewhere.example/'><p>http-Equivé</p></html>";
        let (_folder, saved) = read("a.html", page.as_bytes());
        let page = saved.unwrap().page;
        assert!(!page.to_lowercase().contains("http-equiv") && page.contains("é"), "{page}");
        // A page may hold so many that looking for each from its beginning would take hours.
        assert_eq!(still(&"<meta http-equiv=x>é".repeat(100_000)), "<meta data-equiv=x>é".repeat(100_000));
    }
}
