//! The other files of an export, counted by person: who wrote, endorsed, recommended, invited; never what.
//!
//! Only the cells that say who and when are looked at, and only people who are connections are counted. A file that cannot be
//! read is left out: nothing depends on it.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::{Read, Seek};

use csv::ByteRecord;
use jiff::civil::Date;
use zip::ZipArchive;

use super::guard::Guard;
use crate::event::address;
use crate::event::id::Slug;
use crate::plan::fold::fold;
use crate::plan::person::Person;
use crate::plan::ties::{Counted, TieCounts};

/// No file of counts goes beyond this: ten years of messages are a tenth of it.
const MOST_UNPACKED: u64 = 512 * 1024 * 1024;
/// Texts pack to about a fifth; a hundredth and less is no text.
const MOST_RATIO: u64 = 100;
/// Below this the ratio says nothing.
const SMALL: u64 = 1024 * 1024;
/// No message comes near; a quote that is never closed does.
const MOST_IN_A_ROW: u64 = 4 * 1024 * 1024;
/// The parser's own buffer, by which it reads ahead.
const BUFFER: usize = 64 * 1024;
/// An address is never longer; a list of a group's addresses may be.
const MOST_IN_A_CELL: usize = 16 * 1024;
/// The head is looked for in so many first rows.
const HEAD_WITHIN: usize = 20;

/// What the files beside the table of connections say, and the names of those that could not be read.
pub(super) fn read<R: Read + Seek>(archive: &mut ZipArchive<R>, people: &[Person]) -> (TieCounts, Vec<String>) {
    let known = Known::of(people);
    let mut unread = Vec::new();
    let mut count = |file: &File| {
        let index = find(archive, file.name)?;
        let counted = counted(archive, index, file, &known);
        if counted.is_none() {
            unread.push(file.name.to_owned());
        }
        counted
    };
    let counts = TieCounts {
        messages: count(&MESSAGES),
        invitations: count(&INVITATIONS),
        endorsements: count(&ENDORSEMENTS),
        recommendations: count(&RECOMMENDATIONS),
    };
    (counts, unread)
}

/// Which columns of a file say who and when.
struct File {
    name: &'static str,
    /// Columns with addresses.
    who: &'static [&'static str],
    /// First and last name, where there is no address.
    named: Option<[&'static str; 2]>,
    when: &'static str,
}

const MESSAGES: File =
    File { name: "messages.csv", who: &["SENDER PROFILE URL", "RECIPIENT PROFILE URLS"], named: None, when: "DATE" };
const INVITATIONS: File =
    File { name: "Invitations.csv", who: &["inviterProfileUrl", "inviteeProfileUrl"], named: None, when: "Sent At" };
const ENDORSEMENTS: File = File {
    name: "Endorsement_Received_Info.csv",
    who: &["Endorser Public Url"],
    named: None,
    when: "Endorsement Date",
};
const RECOMMENDATIONS: File = File {
    name: "Recommendations_Received.csv",
    who: &[],
    named: Some(["First Name", "Last Name"]),
    when: "Creation Date",
};

/// The connections, by address and by name.
struct Known<'a> {
    slugs: HashSet<&'a Slug>,
    /// None where several share the name.
    names: HashMap<String, Option<&'a Slug>>,
}

impl<'a> Known<'a> {
    fn of(people: &'a [Person]) -> Self {
        let mut names: HashMap<String, Option<&Slug>> = HashMap::new();
        for person in people {
            names.entry(fold(&person.full_name())).and_modify(|shared| *shared = None).or_insert(Some(&person.slug));
        }
        Self { slugs: people.iter().map(|person| &person.slug).collect(), names }
    }
}

fn find<R: Read + Seek>(archive: &ZipArchive<R>, wanted: &str) -> Option<usize> {
    let last_part = |name: &str| name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
    let fits = |name: &str| last_part(name).eq_ignore_ascii_case(wanted) && !name.starts_with("__MACOSX/");
    let name = archive.file_names_raw().map(String::from_utf8_lossy).find(|name| fits(name))?.into_owned();
    archive.index_for_name(&name)
}

/// None: the file is not one of those, is damaged, or blows up.
fn counted<R: Read + Seek>(
    archive: &mut ZipArchive<R>,
    index: usize,
    file: &File,
    known: &Known<'_>,
) -> Option<Counted> {
    let entry = archive.by_index(index).ok()?;
    let most = entry.compressed_size().saturating_mul(MOST_RATIO).saturating_add(SMALL).min(MOST_UNPACKED);
    let guard = Guard::new(entry, most, MOST_IN_A_ROW);
    let leash = guard.leash();
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).buffer_capacity(BUFFER).from_reader(guard);
    let mut row = ByteRecord::new();
    let mut columns: Option<Columns> = None;
    let mut counts = BTreeMap::new();
    for number in 0.. {
        leash.move_to(reader.position().byte() + MOST_IN_A_ROW + BUFFER as u64);
        if !reader.read_byte_record(&mut row).ok()? {
            break;
        }
        match &columns {
            Some(columns) => columns.count(&row, known, &mut counts),
            None if number < HEAD_WITHIN => columns = Columns::of(&row, file),
            None => return None,
        }
    }
    columns.map(|_| counts)
}

/// Which cells of a row say who and when.
struct Columns {
    who: Vec<usize>,
    named: Option<[usize; 2]>,
    when: Option<usize>,
}

impl Columns {
    /// None if the row is not the head of such a file.
    fn of(row: &ByteRecord, file: &File) -> Option<Self> {
        let is = |cell: &[u8], name: &str| {
            let cell = cell.strip_prefix(b"\xef\xbb\xbf").unwrap_or(cell).trim_ascii();
            cell.eq_ignore_ascii_case(name.as_bytes())
        };
        let place = |name: &str| row.iter().position(|cell| is(cell, name));
        let who: Vec<usize> = file.who.iter().filter_map(|name| place(name)).collect();
        let named = file.named.and_then(|[first, last]| Some([place(first)?, place(last)?]));
        let is_head = if file.named.is_some() { named.is_some() } else { who.len() == file.who.len() };
        is_head.then(|| Self { who, named, when: place(file.when) })
    }

    /// Counts each connection that a row names, once.
    fn count(&self, row: &ByteRecord, known: &Known<'_>, counts: &mut Counted) {
        let cell = |place: usize| {
            let cell = row.get(place).filter(|cell| cell.len() <= MOST_IN_A_CELL).unwrap_or_default();
            std::str::from_utf8(cell).unwrap_or_default().trim()
        };
        let addresses = self.who.iter().flat_map(|place| cell(*place).split([',', ';', ' ']));
        let mut named: Vec<&Slug> = addresses
            .filter_map(|text| address::read(text).ok())
            .filter_map(|slug| known.slugs.get(&slug).copied())
            .collect();
        if let Some([first, last]) = self.named {
            let name = fold(&format!("{} {}", cell(first), cell(last)));
            named.extend(known.names.get(&name).copied().flatten());
        }
        named.sort_unstable();
        named.dedup();
        let when = self.when.and_then(|place| day_of(cell(place)));
        for slug in named {
            let (number, last) = counts.entry(slug.clone()).or_default();
            *number += 1;
            *last = when.max(*last);
        }
    }
}

/// The day of `2026-02-15 00:04:28 UTC` or `2023/06/05 15:47:58 UTC`; other ways of writing are not told apart and have none.
fn day_of(text: &str) -> Option<Date> {
    let day = text.get(..10)?.replace('/', "-");
    let is_iso = day
        .bytes()
        .enumerate()
        .all(|(at, byte)| if matches!(at, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() });
    if is_iso { day.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write as _};

    use super::*;

    const ME: &str = "https://www.linkedin.com/in/me";
    const JANE: &str = "https://www.linkedin.com/in/jane";

    fn people() -> Vec<Person> {
        let person = |slug: &str, first: &str, last: &str| Person {
            slug: slug.parse().unwrap(),
            first_name: first.into(),
            last_name: last.into(),
            company: String::new(),
            position: String::new(),
            connected_on: None,
        };
        vec![
            person("jane", "Jane", "Doe"),
            person("bob", "Bob", "Roe"),
            person("ann-1", "Ann", "Lee"),
            person("ann-2", "Ann", "Lee"),
        ]
    }

    fn read_of(files: &[(&str, &[u8])]) -> (TieCounts, Vec<String>) {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
        for (name, bytes) in files {
            writer.start_file(*name, options).unwrap();
            writer.write_all(bytes).unwrap();
        }
        let bytes = writer.finish().unwrap().into_inner();
        read(&mut ZipArchive::new(Cursor::new(bytes)).unwrap(), &people())
    }

    fn said(counted: Option<&Counted>) -> Vec<String> {
        let day = |last: &Option<Date>| last.map_or("?".to_owned(), |day| day.to_string());
        counted.unwrap().iter().map(|(slug, (number, last))| format!("{slug} {number} {}", day(last))).collect()
    }

    #[test]
    fn messages_are_counted_by_person_in_both_directions_and_strangers_are_not() {
        let head = "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,SUBJECT,CONTENT,FOLDER\n";
        let body = format!(
            "c1,,Me,{ME},Jane,{JANE},2026-01-10 09:00:00 UTC,,\"{}\",INBOX\n\
             c1,,Jane,{JANE},Me,{ME},2026-02-11 10:00:00 UTC,,hello,INBOX\n\
             c2,,Me,{ME},\"Jane, Bob\",\"{JANE}, https://www.linkedin.com/in/BOB/\",soon,,hi,INBOX\n\
             c3,,S,https://www.linkedin.com/in/stranger,Me,{ME},2026-02-11 10:00:00 UTC,,x,INBOX\n",
            "line\n".repeat(500)
        );
        let (counts, unread) = read_of(&[("Complete/messages.csv", format!("{head}{body}").as_bytes())]);
        assert_eq!(said(counts.messages.as_ref()), ["bob 1 ?", "jane 3 2026-02-11"]);
        assert!(unread.is_empty() && counts.invitations.is_none());
    }

    #[test]
    fn endorsements_invitations_and_recommendations_are_counted_and_shared_names_are_nobody() {
        let (counts, _) = read_of(&[
            ("Endorsement_Received_Info.csv", b"Endorsement Date,Skill Name,Endorser First Name,Endorser Last Name,Endorser Public Url,Endorsement Status\n2023/06/05 15:47:58 UTC,Rust,Bob,Roe,www.linkedin.com/in/bob,ACCEPTED\n2023/06/06 15:47:58 UTC,SQL,Bob,Roe,www.linkedin.com/in/bob,ACCEPTED\n"),
            ("Invitations.csv", b"\xef\xbb\xbfFrom,To,Sent At,Message,Direction,inviterProfileUrl,inviteeProfileUrl\na,b,\"1/29/26, 2:37 PM\",,OUTGOING,https://www.linkedin.com/in/me,https://www.linkedin.com/in/jane\n"),
            ("Recommendations_Received.csv", "First Name,Last Name,Company,Job Title,Text,Creation Date,Status\nJANÉ,Doe,A,B,secret,\"07/21/09, 12:11 PM\",VISIBLE\nAnn,Lee,A,B,secret,x,VISIBLE\n".as_bytes()),
        ]);
        assert_eq!(said(counts.endorsements.as_ref()), ["bob 2 2023-06-06"]);
        assert_eq!(said(counts.invitations.as_ref()), ["jane 1 ?"]);
        assert_eq!(said(counts.recommendations.as_ref()), ["jane 1 ?"]);
        assert!(!format!("{counts:?}").contains("secret"));
    }

    #[test]
    fn a_file_that_cannot_be_read_is_named_and_the_others_count() {
        let mut bomb = b"CONVERSATION ID,SENDER PROFILE URL,RECIPIENT PROFILE URLS,DATE\n".to_vec();
        bomb.resize(40 * 1024 * 1024, b'x');
        let (counts, unread) = read_of(&[
            ("messages.csv", &bomb),
            ("Invitations.csv", b"nonsense\n"),
            ("Endorsement_Received_Info.csv", b"Endorser Public Url\nwww.linkedin.com/in/jane\n"),
        ]);
        assert_eq!(unread, ["messages.csv", "Invitations.csv"]);
        assert_eq!(said(counts.endorsements.as_ref()), ["jane 1 ?"]);
        assert!(counts.messages.is_none());
    }
}
