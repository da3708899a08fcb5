use std::io::{Cursor, Write as _};
use std::path::PathBuf;

use jiff::civil::date;
use proptest::prelude::*;
use zip::write::SimpleFileOptions;

use super::*;
use crate::event::id::Slug;

const NOTES: &str = "Notes:\n\"When exporting your connection data, you may notice that \"\"some\"\" addresses are missing.\nSee the help.\"\n\n";
const HEAD: &str = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n";
const JANE: &str = "Jane,Doe,https://www.linkedin.com/in/jane-doe,jane@secret.example,\"Acme, Inc.\",\"The \"\"Boss\"\"\",08 Feb 2026\n";

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }
}

fn read_bytes(bytes: &[u8]) -> Result<Export, ExportError> {
    read(&Folder::new().file("Connections.csv", bytes))
}

fn read_text(text: &str) -> Export {
    read_bytes(text.as_bytes()).unwrap_or_else(|error| panic!("{error}"))
}

fn said(bytes: &[u8]) -> String {
    read_bytes(bytes).unwrap_err().to_string()
}

fn slugs(export: &Export) -> Vec<&str> {
    export.people.iter().map(|person| person.slug.as_str()).collect()
}

fn packed(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    for (name, bytes) in files {
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn one_person_is_read_with_everything_but_the_mail_address() {
    for text in [format!("{HEAD}{JANE}"), format!("{NOTES}{HEAD}{JANE}"), format!("\u{feff}{NOTES}{HEAD}{JANE}")] {
        for text in [text.clone(), text.replace('\n', "\r\n"), text.trim_end().to_owned()] {
            let export = read_text(&text);
            let [jane] = &export.people[..] else { panic!("{export:?}") };
            assert_eq!((jane.slug.as_str(), jane.full_name().as_str()), ("jane-doe", "Jane Doe"));
            assert_eq!((jane.company.as_str(), jane.position.as_str()), ("Acme, Inc.", "The \"Boss\""));
            assert_eq!(jane.connected_on, Some(date(2026, 2, 8)));
            assert_eq!((export.rows, export.unreachable, export.duplicates), (1, 0, 0));
            assert!(export.skipped.is_empty() && export.undated.is_empty() && export.has_addresses);
            assert_eq!(export.sha256, Digest::of(text.as_bytes()));
            assert!(!format!("{export:?}").contains("secret.example"));
        }
    }
}

#[test]
fn hidden_members_are_counted_and_the_last_of_two_rows_wins() {
    let text = format!(
        "{NOTES}{HEAD}{JANE},,,,,,07 Jun 2026\n,,,,,,06 Jun 2026\nBob,Roe,https://www.linkedin.com/in/bob,,,,1 Jan 2020\nJane,Doe-Roe,https://www.linkedin.com/in/JANE-doe/,,,,08 Feb 2026\n"
    );
    let export = read_text(&text);
    assert_eq!(slugs(&export), ["jane-doe", "bob"]);
    assert_eq!(export.people[0].last_name, "Doe-Roe");
    assert_eq!((export.rows, export.unreachable, export.duplicates), (5, 2, 1));
}

#[test]
fn an_export_without_addresses_reaches_nobody_and_says_so() {
    let export = read_text(
        "First Name,Last Name,Email Address,Company,Position,Connected On\nJane,Doe,,Acme,Boss,08 Feb 2022\n",
    );
    assert_eq!((export.people.len(), export.rows, export.unreachable, export.has_addresses), (0, 1, 1, false));
}

#[test]
fn columns_are_found_by_name_in_any_order_and_with_other_delimiters() {
    for delimiter in [";", "\t"] {
        let text =
            "Connected On,URL,Last Name,First Name\n08 Feb 2026,https://www.linkedin.com/in/j%C3%B6rg,Doe,Jörg\n";
        let export = read_text(&text.replace(',', delimiter));
        assert_eq!(slugs(&export), ["jörg"]);
        assert_eq!(export.people[0].full_name(), "Jörg Doe");
        assert_eq!(export.people[0].company, "");
    }
}

#[test]
fn problems_of_rows_are_collected_with_their_lines_and_the_rest_is_read() {
    let mut text = format!("{HEAD}{JANE}").into_bytes();
    text.extend(b"Too,Few\n");
    text.extend(b"Bad,Address,https://www.linkedin.com/company/acme,,,,08 Feb 2026\n");
    text.extend(b"Mail,Here,jane@secret.example,,,,08 Feb 2026\n");
    text.extend(b"Bad,Text,https://www.linkedin.com/in/bad-text,,M\xfcller,,08 Feb 2026\n");
    text.extend(b"No,Date,https://www.linkedin.com/in/no-date,,\"two\nlines\",,02/08/2026\n");
    text.extend(b"Too,Many,https://www.linkedin.com/in/too-many,,A,B,08 Feb 2026,x\n");
    text.extend(b"Empty,More,https://www.linkedin.com/in/empty-more,,A,B,08 Feb 2026,,\n");
    let export = read_bytes(&text).unwrap();
    assert_eq!(slugs(&export), ["jane-doe", "no-date", "empty-more"]);
    let lines = |problems: &[RowProblem]| -> Vec<String> {
        problems.iter().map(|problem| format!("{} {}", problem.line, problem.why)).collect()
    };
    assert_eq!(
        lines(&export.skipped),
        [
            "3 it has 2 cells where the head has 7",
            "4 `https://www.linkedin.com/company/acme` is no profile address",
            "5 its `URL` is no profile address",
            "6 it is not text in UTF-8",
            "9 it has 8 cells where the head has 7",
        ]
    );
    assert_eq!(lines(&export.undated), ["7 `02/08/2026` may be 2026-08-02 or 2026-02-08; write it like `2026-08-02`"]);
    assert_eq!(export.rows, 8);
    let left: Vec<&str> = export.not_read.slugs.iter().map(Slug::as_str).collect();
    assert_eq!((left, export.not_read.anybody), (vec!["bad-text", "too-many"], 3), "nothing is said about these");
}

#[test]
fn hostile_cells_are_texts_and_hostile_addresses_are_left_out() {
    let text = format!(
        "{HEAD}=cmd(),\u{202e}\u{1b}[2J,https://www.linkedin.com/in/one,,{},,08 Feb 2026\nA,B,https://www.linkedin.com/in/..,,,,08 Feb 2026\n",
        "x".repeat(10_000)
    );
    let export = read_text(&text);
    assert_eq!(slugs(&export), ["one"]);
    assert_eq!(export.people[0].first_name, "=cmd()");
    assert_eq!(export.skipped.len(), 1);
}

#[test]
fn what_is_no_export_is_refused_with_what_and_what_to_do() {
    let invitations = b"From,To,Sent At,Message,Direction,inviterProfileUrl,inviteeProfileUrl\na,b,\"1/29/26, 2:37 PM\",,OUTGOING,,\n";
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(HEAD.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let nul = format!("{HEAD}{JANE}Bob,R\0e,,,,,\n");
    for (bytes, want) in [
        (b"".as_slice(), "`Connections.csv` is empty; download the archive again"),
        (b" \r\n\n", "`Connections.csv` is empty; download the archive again"),
        (
            b"%PDF-1.7 ...",
            "`Connections.csv` is a PDF document and no table of connections; give the downloaded zip archive, or the `Connections.csv` in it",
        ),
        (
            b"\n<!DOCTYPE html><html>",
            "`Connections.csv` is a web page and no table of connections; give the downloaded zip archive, or the `Connections.csv` in it",
        ),
        (
            b"\x80\x81\x82",
            "`Connections.csv` is no text in UTF-8 and no table of connections; give the downloaded zip archive, or the `Connections.csv` in it",
        ),
        (
            invitations,
            "`Connections.csv` is the export's `Invitations.csv`; its first line is `From,To,Sent At,Message,Direction,inviterProfileUrl,inviteeProfileUrl`; give the `Connections.csv` of the export",
        ),
        (
            b"slug,first_name,remove\njane,Jane,yes\n",
            "`Connections.csv` is a table of this program; its first line is `slug,first_name,remove`; give it to `plan new --people`",
        ),
        (
            "Name,Mail\x1b[2J\u{202e}\n".as_bytes(),
            "`Connections.csv` has no row with `First Name`, `Last Name` and `Connected On`; its first line is `Name,Mail\\u{1b}[2J\\u{202e}`; give the `Connections.csv` of the export",
        ),
        (
            &utf16,
            "`Connections.csv` is in UTF-16; the export is in UTF-8; take the file from the archive again, not one that another program saved",
        ),
        (
            nul.as_bytes(),
            "`Connections.csv`, line 3: has a NUL byte, which no text has; take the file from the archive again, not one that another program saved",
        ),
    ] {
        assert_eq!(said(bytes), want);
    }
}

#[test]
fn a_missing_file_and_a_folder_are_named() {
    let folder = Folder::new();
    let missing = read(&folder.0.path().join("nothing.csv")).unwrap_err().to_string();
    assert_eq!(missing, "`nothing.csv` is not there; check the name and the folder");
    assert_eq!(read(folder.0.path()).unwrap_err().refusal, Refusal::Folder);
}

#[test]
fn a_lost_quote_does_not_swallow_the_rest_in_silence() {
    let row = |number: usize| format!("P,{number},https://www.linkedin.com/in/p{number},,Acme,Boss,08 Feb 2026\n");
    for many in [5, 49, 200] {
        let rows: String = (0..many).map(row).collect();
        let lost = read_text(&format!("{HEAD}{JANE}Bob,\"Roe,https://www.linkedin.com/in/bob,,,,08 Feb 2026\n{rows}"));
        assert_eq!((lost.people.len(), lost.rows), (1 + many, 2 + many as u64), "{many}");
        assert_eq!((lost.skipped[0].line, lost.skipped[0].why.as_str()), (3, "a `\"` in it has no end"));
        assert_eq!(lost.not_read.slugs.iter().map(Slug::as_str).collect::<Vec<_>>(), ["bob"]);
    }
    // The quote of a later row ends it: the rows between are read all the same.
    let rows: String = (0..5).map(row).collect();
    let closed = read_text(&format!("{HEAD}Bob,\"Roe,https://www.linkedin.com/in/bob,,,,08 Feb 2026\n{rows}{JANE}"));
    assert_eq!((closed.people.len(), closed.skipped.len()), (6, 1));
    // Where no line within it is a row, nobody can say what belongs together.
    let notes = "a line\n".repeat(60);
    let error = read_bytes(format!("{HEAD}{JANE}Bob,\"Roe,\n{notes}").as_bytes()).unwrap_err();
    assert_eq!((error.line, error.refusal), (Some(3), Refusal::RunawayRow { to: 53 }));
}

#[test]
fn lines_are_the_files_own_whichever_way_they_end() {
    for end in ["\n", "\r\n", "\r"] {
        let text = format!(
            "{NOTES}{HEAD}{JANE}\n\nA,B,nowhere,,,,08 Feb 2026\nC,D,https://www.linkedin.com/in/c,,\"two\nlines\",,soon\nE\n"
        );
        let export = read_text(&text.replace('\n', end));
        let lines: Vec<u64> = export.skipped.iter().chain(&export.undated).map(|problem| problem.line).collect();
        assert_eq!(lines, [9, 12, 10], "{end:?}");
    }
}

#[test]
fn empty_rows_are_padding_and_a_line_names_the_delimiter() {
    let text = format!(
        "sep=;\r\n{}",
        format!("{HEAD}{JANE},,,,,,\n,,\n,,,,,,07 Jun 2026\n").replace(',', ";").replace('\n', "\r\n")
    );
    let export = read_text(&text.replace("Acme; Inc.", "Acme"));
    assert_eq!((slugs(&export), export.rows, export.unreachable), (vec!["jane-doe"], 2, 1));
    assert!(export.skipped.is_empty());
}

#[test]
fn addresses_of_other_sites_are_left_out_with_their_line() {
    let rows = "A,B,https://evil.example/in/a,,,,1 Jan 2020\nA,B,https://me@www.linkedin.com/in/b,,,,1 Jan 2020\nA,B,ftp://www.linkedin.com/in/c,,,,1 Jan 2020\nA,B,https://de.linkedin.com/in/d,,,,1 Jan 2020\n";
    let export = read_text(&format!("{HEAD}{rows}"));
    assert_eq!(slugs(&export), ["d"]);
    let why: Vec<&str> = export.skipped.iter().map(|problem| problem.why.as_str()).collect();
    assert!(
        why[0].contains("is an address of `evil.example`")
            && why[1].contains("names a user")
            && why[2].contains("`ftp:`")
    );
    assert_eq!(export.skipped.iter().map(|problem| problem.line).collect::<Vec<_>>(), [2, 3, 4]);
}

#[test]
fn files_of_spreadsheets_and_others_say_what_they_are() {
    let xlsx = packed(&[("[Content_Types].xml", b"x"), ("xl/workbook.xml", b"x")]);
    let ods = packed(&[("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", b"x")]);
    for (bytes, kind, mend) in [
        (&xlsx[..], "is a spreadsheet (.xlsx) file", "save it as CSV"),
        (&ods[..], "is a spreadsheet (.ods)", "save it as CSV"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0", "is an old spreadsheet (.xls)", "save it as CSV"),
        (b"\x1f\x8b\x08\0\0\0", "is a gzip (.gz) file", "unpack it first"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "is a picture", "give the downloaded zip"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "is a picture", "give the downloaded zip"),
    ] {
        let said = said(bytes);
        assert!(said.contains(kind) && said.contains(mend), "{said}");
    }
}

#[test]
fn a_head_in_another_language_is_shown_as_it_was_found_below_notes() {
    let german = "Hinweise:\nBeim Export fehlen Adressen.\n\nVorname,Nachname,URL,E-Mail-Adresse,Firma,Position,Verbunden am\nA,B,C,D,E,F,G\n";
    let said = said(german.as_bytes());
    assert!(said.contains("has no row with `First Name`, `Last Name` and `Connected On`"), "{said}");
    assert!(
        said.contains(
            "what looks most like a head is `Vorname,Nachname,URL,E-Mail-Adresse,Firma,Position,Verbunden am`"
        ),
        "{said}"
    );
}

#[test]
fn two_megabytes_in_a_cell_are_refused_on_their_line() {
    let text = format!("{HEAD}{JANE}Bob,\"{}\",,,,,\n", "x".repeat(2 * 1024 * 1024));
    let error = read_bytes(text.as_bytes()).unwrap_err();
    assert_eq!((error.line, error.refusal), (Some(3), Refusal::RowTooLong));
    let text = format!("{HEAD}{JANE}Bob,{},https://www.linkedin.com/in/bob,,,,\n", "x".repeat(100 * 1024));
    assert_eq!(read_text(&text).skipped[0].why, "a cell of it is longer than 64 KiB");
}

#[test]
fn more_rows_than_any_network_has_are_refused() {
    let mut text = HEAD.to_owned();
    text.push_str(&",,,,,,1 Jan 2020\n".repeat(250_001));
    assert_eq!(read_bytes(text.as_bytes()).unwrap_err().refusal, Refusal::TooManyRows);
}

#[test]
fn the_archive_is_read_in_place_and_dated_by_its_name() {
    let text = format!("{NOTES}{HEAD}{JANE}");
    let folder = Folder::new();
    let bytes = packed(&[("Invitations.csv", b"From,To\n"), ("Basic/Connections.csv", text.as_bytes())]);
    let path = folder.file("Basic_LinkedInDataExport_02-28-2026 (1).zip", &bytes);
    let export = read(&path).unwrap();
    assert_eq!(slugs(&export), ["jane-doe"]);
    assert_eq!(export.written, Some(date(2026, 2, 28)));
    assert_eq!(export.sha256, Digest::of(text.as_bytes()));
    assert_eq!(std::fs::read_dir(folder.0.path()).unwrap().count(), 1, "nothing was unpacked beside it");
    let renamed = read(&folder.file("Connections.csv", &bytes)).unwrap();
    assert_eq!(slugs(&renamed), ["jane-doe"], "an archive is known by its bytes");
}

#[test]
fn archives_that_do_not_fit_are_refused() {
    let text = format!("{HEAD}{JANE}");
    let one = packed(&[("Messages.csv", b"x"), ("Connections.csv", text.as_bytes())]);
    assert_eq!(read_bytes(&one[..one.len() / 2]).unwrap_err().refusal, Refusal::DamagedArchive);
    let mut flipped = one.clone();
    let place = flipped.windows(15).position(|part| part == b"Connections.csv").unwrap() + 20;
    flipped[place] ^= 0x55;
    assert_eq!(read_bytes(&flipped).unwrap_err().refusal, Refusal::DamagedArchive);
    let none = packed(&[("../\u{1b}[2J.csv", b"x")]);
    assert_eq!(
        said(&none),
        "`Connections.csv` holds no `Connections.csv`, but `../\\u{1b}[2J.csv`; ask for a new export with Connections ticked, or give the other part of it"
    );
    let two = packed(&[("a/Connections.csv", b"x"), ("b/Connections.csv", b"y")]);
    assert!(matches!(read_bytes(&two).unwrap_err().refusal, Refusal::SeveralConnections { names } if names.len() == 2));
    assert!(matches!(read_bytes(&packed(&[])).unwrap_err().refusal, Refusal::NoConnections { .. }));
}

#[test]
fn an_archive_that_blows_up_is_refused_before_it_fills_the_memory() {
    let mut bomb = HEAD.as_bytes().to_vec();
    bomb.extend(std::iter::repeat_n(b"Jane,Doe,https://www.linkedin.com/in/jane,,,,08 Feb 2026\n", 200_000).flatten());
    assert_eq!(read_bytes(&packed(&[("Connections.csv", &bomb)])).unwrap_err().refusal, Refusal::Bomb);
}

#[test]
fn dates_in_names_are_month_day_year() {
    assert_eq!(date_in_name("Complete_LinkedInDataExport_12-01-2025.zip"), Some(date(2025, 12, 1)));
    for name in [
        "Complete_LinkedInDataExport_13-01-2025.zip",
        "LinkedInDataExport_12-01",
        "Connections.csv",
        "LinkedInDataExport_ää-ää-ää",
    ] {
        assert_eq!(date_in_name(name), None, "{name}");
    }
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300), head in any::<bool>(), zip in any::<bool>()) {
        let mut file = if zip { b"PK\x03\x04".to_vec() } else if head { HEAD.as_bytes().to_vec() } else { Vec::new() };
        file.extend(bytes);
        let _ = read_bytes(&file);
    }

    #[test]
    fn every_row_is_accounted_for(rows in proptest::collection::vec(("[a-c]{0,2}", "[A-Z ,\"\n]{0,6}", any::<bool>()), 0..30)) {
        let mut writer = csv::WriterBuilder::new().from_writer(HEAD.as_bytes().to_vec());
        for (slug, text, dated) in &rows {
            let address = if slug.is_empty() { String::new() } else { format!("https://www.linkedin.com/in/{slug}") };
            let date = if *dated { "08 Feb 2026" } else { "soon" };
            writer.write_record([text.as_str(), "Doe", &address, "mail", text, "Boss", date]).unwrap();
        }
        let export = read_bytes(&writer.into_inner().unwrap()).unwrap();
        prop_assert_eq!(export.rows, rows.len() as u64);
        prop_assert_eq!(export.people.len() as u64 + export.unreachable + export.duplicates, export.rows);
        for person in &export.people {
            let (_, text, dated) = rows.iter().rfind(|(slug, ..)| slug == person.slug.as_str()).unwrap();
            prop_assert_eq!(&person.company, text.trim());
            prop_assert_eq!(person.connected_on.is_some(), *dated);
        }
    }
}
