//! Files that are no export, or only half of one: each is refused with 3 or read as far as it goes, and nothing that was
//! there before is lost.

use exeunt::ledger::PlanRow;

use super::archive::{Packed, zip_of};
use super::stage::{ORIGIN, Stage, account, export_of};

const BEFORE: &[[&str; 4]] = &[["Ann", "Lee", "ann", "Acme"], ["Bo", "Ek", "bo", "Acme"]];

/// With two people, one of them kept, and a plan of the other.
fn furnished() -> (Stage, PlanRow) {
    let stage = Stage::with_rows(BEFORE);
    stage.ok(&["keep", "add", "ann"]);
    stage.ok(&["plan", "new", "--company", "acme", ORIGIN]);
    let plan = stage.ledger().plans(&account()).unwrap().pop().unwrap();
    (stage, plan)
}

/// The file is refused with 3 and these words, in words and in JSON, and everything is as before.
fn refused(file: &str, bytes: &[u8], part: &str) {
    let (stage, plan) = furnished();
    let people = stage.ok(&["list", "--json"]).out;
    stage.file(file, bytes);
    stage.refused(&["import", file], 3, part).assert_harmless();
    let json = stage.run(&["import", file, "--json"]);
    assert_eq!((&json.last()["result"], &json.last()["exit"]), (&"bad-file".into(), &3.into()), "{file}");
    assert!(json.last()["mend"].as_str().is_some_and(|mend| !mend.is_empty()), "{file}: what to do is not said");
    assert_eq!(stage.ok(&["list", "--json"]).out, people, "{file}");
    assert_eq!(stage.ok(&["keep", "list", "--json"]).lines().len(), 1);
    assert_eq!(stage.ledger().plan(&account(), &plan.id).unwrap(), plan);
    assert!(!stage.path("data").join("evil.csv").exists() && !stage.path("evil.csv").exists());
}

fn whole() -> Vec<u8> {
    export_of(&[["New", "One", "new-one", "Acme"]]).into_bytes()
}

#[test]
fn not_a_csv() {
    refused("letter.csv", b"%PDF-1.7 \x01\x02", "is a PDF document");
    refused("page.csv", b"<!doctype html><html></html>", "is a web page");
}

#[test]
fn empty() {
    refused("none.csv", b"", "is empty");
    refused("blank.csv", b"\n \r\n", "is empty");
}

#[test]
fn another_csv() {
    refused("other.csv", b"First Name,Last Name,Companies,Title\nA,B,C,D\n", "its first line is");
    refused("inv.csv", b"From,To,Sent At,Message,Direction,inviterProfileUrl,inviteeProfileUrl\n", "Invitations.csv");
}

#[test]
fn header_missing() {
    let text = String::from_utf8(whole()).unwrap();
    refused("headless.csv", text.split_once('\n').unwrap().1.as_bytes(), "its first line is");
}

#[test]
fn utf_16_in_both_orders() {
    let text = String::from_utf8(whole()).unwrap();
    let little: Vec<u8> = [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let big: Vec<u8> = [0xfe, 0xff].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect();
    refused("utf16le.csv", &little, "UTF-16");
    refused("utf16be.csv", &big, "UTF-16");
}

#[test]
fn nul_bytes_with_the_line() {
    let mut bytes = whole();
    bytes.extend(b"A\0,B,https://www.linkedin.com/in/x,,,,03 Mar 2015\n");
    refused("nul.csv", &bytes, "line 3: has a NUL byte");
}

#[test]
fn two_million_bytes_in_a_cell() {
    let mut bytes = whole();
    bytes.extend(format!("A,{},https://www.linkedin.com/in/x,,,,03 Mar 2015\n", "x".repeat(2_000_000)).bytes());
    refused("long.csv", &bytes, "line 3: this row is longer than 1 MiB");
}

#[test]
fn a_quote_that_is_never_closed() {
    let mut bytes = whole();
    bytes.extend(b"\"A,B,https://www.linkedin.com/in/x,,,,03 Mar 2015\n");
    bytes.extend(b"no row of its own\n".repeat(100));
    refused("quote.csv", &bytes, "a `\"` is missing");
}

#[test]
fn an_export_that_names_nobody() {
    refused(
        "closed.csv",
        b"First Name,Last Name,URL,Email Address,Company,Position,Connected On\n,,,,,,07 Jun 2026\n",
        "names nobody",
    );
}

#[test]
fn a_truncated_zip() {
    let zip = zip_of(&[Packed::stored("Connections.csv", &whole())]);
    for length in [5, zip.len() / 2, zip.len() - 1] {
        refused("cut.zip", &zip[..length], "archive");
    }
}

#[test]
fn a_zip_with_a_flipped_byte() {
    let mut zip = zip_of(&[Packed::stored("Connections.csv", &whole())]);
    let at = zip.windows(3).position(|part| part == b"New").unwrap();
    zip[at] ^= 0x20;
    refused("flipped.zip", &zip, "damaged archive");
}

#[test]
fn a_zip_bomb() {
    refused("bomb.zip", &zip_of(&[Packed::bomb("Connections.csv", 12_000_000)]), "unpacks to far more");
}

#[test]
fn a_zip_without_the_table_and_one_with_two() {
    refused("other.zip", &zip_of(&[Packed::stored("Messages.csv", b"x")]), "holds no `Connections.csv`");
    let twice = [Packed::stored("a/Connections.csv", &whole()), Packed::stored("b/Connections.csv", &whole())];
    refused("twice.zip", &zip_of(&twice), "holds 2 of them");
}

#[test]
fn a_zip_with_names_that_climb_out_writes_nothing_anywhere() {
    for name in ["../evil.csv", "/tmp/evil.csv", "..\\evil.csv", "C:\\evil.csv", "a/../../evil.csv"] {
        refused("climb.zip", &zip_of(&[Packed::stored(name, &whole())]), "holds no `Connections.csv`");
    }
    // The table itself is read in place, whatever folder its name claims.
    for name in ["../../Connections.csv", "/etc/Connections.csv"] {
        let (stage, _) = furnished();
        stage.file("climb.zip", &zip_of(&[Packed::stored("../evil.csv", b"x"), Packed::stored(name, &whole())]));
        stage.ok(&["import", "climb.zip"]);
        let files: Vec<_> =
            std::fs::read_dir(stage.path("")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(files.len(), 4, "nothing lies beside data, empty, rows.csv and climb.zip: {files:?}");
    }
}

#[test]
fn a_file_that_is_not_there_and_a_folder() {
    let (stage, plan) = furnished();
    stage.refused(&["import", "gone.csv"], 3, "`gone.csv` is not there");
    stage.refused(&["import", "empty"], 3, "is a folder");
    assert_eq!(stage.ledger().plan(&account(), &plan.id).unwrap(), plan);
}

#[test]
fn semicolons_tabs_notes_and_a_byte_order_mark_are_read() {
    for delimiter in [",", ";", "\t"] {
        let (stage, _) = furnished();
        let notes =
            "\u{feff}Notes:\r\n\"When exporting, you may notice that \"\"some\"\" addresses are missing.\"\r\n\r\n";
        let text =
            notes.to_owned() + &String::from_utf8(whole()).unwrap().replace(',', delimiter).replace('\n', "\r\n");
        stage.file("other.csv", text.as_bytes());
        assert!(stage.ok(&["import", "other.csv"]).out.contains("1 row, 1 person"), "{delimiter:?}");
        assert_eq!(stage.ok(&["list", "--json"]).lines()[0]["slug"], "new-one", "{delimiter:?}");
    }
}

#[test]
fn rows_with_mistakes_are_named_and_duplicates_counted_while_the_rest_is_read() {
    let (stage, plan) = furnished();
    let mut text = export_of(&[["Ann", "Lee", "ann", "One"], ["Ann", "Lee", "ANN", "Two"], ["Bo", "Ek", "bo", "=1+1"]]);
    text.push_str("short,row\nA,B,https://www.linkedin.com/company/x,,,,03 Mar 2015\nC,D,https://www.linkedin.com/in/c,,,,someday\n");
    stage.file("rows2.csv", text.as_bytes());
    let said = stage.ok(&["import", "rows2.csv"]);
    for part in ["1 row repeats a person", "line 5: it has 2 cells", "line 6: ", "line 7: `someday` is no date"] {
        assert!(said.out.contains(part), "{part}: {}", said.out);
    }
    let people = stage.ok(&["list", "--json"]).lines();
    let companies: Vec<_> = people.iter().map(|line| line["company"].as_str().unwrap().to_owned()).collect();
    assert_eq!(companies, ["Two", "=1+1", ""], "the last of two rows counts, and a formula is a text");
    assert_eq!(stage.ledger().plan(&account(), &plan.id).unwrap(), plan);
}

#[test]
fn lists_that_are_no_lists_make_no_plan() {
    let (stage, _) = furnished();
    for (bytes, part) in [
        (&b""[..], "asks for nobody"),
        (b"\xff\xfeb\0o\0", "line 1 is no text in UTF-8"),
        (b"bo\0\n", "line 1: `bo\\0` is no slug"),
        (b"slug;name\nbo;Bo\n", "no column `remove`"),
        (b"bo\n\x1b]52;c;aGk=\x07\n", "line 2: "),
        (b"..\n", "line 1: `..` is no slug"),
    ] {
        stage.file("list.txt", bytes);
        stage.refused(&["plan", "new", "--people", "list.txt", ORIGIN], 3, part).assert_harmless();
    }
    let mut large = b"bo\n".to_vec();
    large.resize(17 * 1024 * 1024, b'#');
    stage.file("list.txt", &large);
    stage.refused(&["plan", "new", "--people", "list.txt", ORIGIN], 3, "larger than 16 MiB");
    assert_eq!(stage.ledger().plans(&account()).unwrap().len(), 1);
}
