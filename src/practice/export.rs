//! The official export of the practice network: the same people as a `Connections.csv`.

use std::io;

use crate::event::id::Slug;

use super::people::{Person, people};
use super::scenario::Scenario;
use super::strangers::strangers;
use super::words::MONTHS_SHORT;

/// The lines above the table, with the two addresses that official exports name there.
const PREAMBLE: &str = "Notes:\n\"E-mail addresses are missing where people do not share them \
                        (https://www.linkedin.com/psettings/privacy/email). More about this file: \
                        https://www.linkedin.com/help/linkedin/answer/261. This one was made by a practice site.\"\n\n";

const HEADER: [&str; 7] = ["First Name", "Last Name", "URL", "Email Address", "Company", "Position", "Connected On"];

/// Writes the people of `scenario` as they were when the export was made: all connections, and a few who have left the
/// network or the site since.
///
/// UTF-8 without a byte order mark, `\n` line ends, quotes where RFC 4180 needs them. Addresses are those of the real
/// site, because that is what exports carry. Hidden members are rows with nothing but a date.
///
/// # Errors
/// `out` cannot be written.
pub fn write_export(scenario: &Scenario, out: impl io::Write) -> io::Result<()> {
    write_people(&exported(scenario), out)
}

/// Writes `people` in the same form, in the order in which they are given.
pub(super) fn write_people(people: &[Person], mut out: impl io::Write) -> io::Result<()> {
    out.write_all(PREAMBLE.as_bytes())?;
    let mut table = csv::Writer::from_writer(out);
    table.write_record(HEADER)?;
    for person in people {
        let url = person.slug.as_ref().map(Slug::encoded).map(|slug| format!("https://www.linkedin.com/in/{slug}"));
        let day = person.connected_on;
        let month = MONTHS_SHORT[day.month().unsigned_abs() as usize - 1];
        let connected_on = format!("{:02} {month} {:04}", day.day(), day.year());
        table.write_record([
            person.first.as_str(),
            &person.last,
            url.as_deref().unwrap_or_default(),
            &person.email,
            &person.company,
            &person.position,
            &connected_on,
        ])?;
    }
    table.flush()
}

/// Everybody in the export, the most recent connection first.
fn exported(scenario: &Scenario) -> Vec<Person> {
    let mut rows = people(scenario);
    let left = strangers(scenario, &rows).into_iter().filter(|stranger| stranger.exported);
    rows.extend(left.map(|stranger| stranger.person));
    rows.sort_by_key(|person| std::cmp::Reverse(person.connected_on));
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_export_holds_exactly_the_people() {
        let scenario = Scenario { people: 500, ..Scenario::default() };
        let mut text = Vec::new();
        write_export(&scenario, &mut text).unwrap();
        let text = String::from_utf8(text).unwrap();
        let table = text.split_once("\n\n").unwrap().1;
        let rows: Vec<csv::StringRecord> =
            csv::Reader::from_reader(table.as_bytes()).records().collect::<Result<_, _>>().unwrap();
        let cast = exported(&scenario);
        assert_eq!(rows.len(), 500 + 7);
        assert!(people(&scenario).iter().all(|person| cast.contains(person)));
        for (row, person) in rows.iter().zip(&cast) {
            assert_eq!((&row[0], &row[1]), (person.first.as_str(), person.last.as_str()));
            assert_eq!(crate::event::address::read(&row[2]).ok(), person.slug);
            let day = jiff::fmt::strtime::parse("%d %b %Y", &row[6]).unwrap().to_date().unwrap();
            assert_eq!(day, person.connected_on);
        }
        assert!(text.lines().any(|line| line.starts_with(",,,,,,") && line.len() == 17));
        assert!(text.contains("\"Sandberg, PhD\""));
    }
}
