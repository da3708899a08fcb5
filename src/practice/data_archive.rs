//! The archive of the account's data: mailed about when it is ready, written as a zip, gone after three days.

use std::io::{self, Cursor, Write as _};

use jiff::Timestamp;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::account::Letter;
use super::chance;
use super::data_order::{File, Order};
use super::export::write_people;
use super::people::{Person, TODAY, name_of};
use super::relation::Relation;
use super::scenario::Scenario;
use super::settings_words::SettingsWords;
use super::strangers::Standing;
use super::world::Inner;

impl Inner {
    /// Mails that the archive is ready, and forgets it when its time is over.
    pub(super) fn settle_archive(&mut self, scenario: &Scenario, now: Timestamp) {
        let Some(order) = &mut self.account.order else { return };
        if order.ready <= now && !order.mailed {
            order.mailed = true;
            let words = SettingsWords::of(scenario.language);
            self.account.mail.push(Letter {
                at: order.ready,
                to: scenario.credentials().user,
                subject: words.ready_subject.to_owned(),
                text: words.ready_letter.to_owned(),
                code: None,
            });
        }
        if order.until() <= now {
            self.account.order = None;
        }
    }

    /// The bytes of the archive as the network is now.
    ///
    /// # Errors
    /// The table or the zip cannot be written.
    pub(super) fn archive(&self, scenario: &Scenario, order: &Order) -> io::Result<Vec<u8>> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for file in &order.files {
            zip.start_file(file.name(), SimpleFileOptions::default()).map_err(io::Error::other)?;
            zip.write_all(&self.file(scenario, *file)?)?;
        }
        Ok(zip.finish().map_err(io::Error::other)?.into_inner())
    }

    fn file(&self, scenario: &Scenario, file: File) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        match file {
            File::Connections => {
                let with = |known: &&super::world::Known| known.standing == Standing::Is(Relation::Connected);
                let people: Vec<Person> = self.people.iter().filter(with).map(|known| known.person.clone()).collect();
                write_people(&people, &mut bytes)?;
            }
            File::Invitations => write_rows(&mut bytes, &self.invitations(scenario))?,
            File::Messages => {
                let from = ["CONVERSATION ID", "CONVERSATION TITLE", "FROM", "SENDER PROFILE URL"];
                let to = ["TO", "RECIPIENT PROFILE URLS", "DATE", "SUBJECT", "CONTENT", "FOLDER"];
                write_rows(&mut bytes, &[[row(from), row(to)].concat()])?;
            }
            File::Profile => {
                let name = name_of(&scenario.me);
                let (first, last) = name.split_once(' ').unwrap_or((&name, ""));
                let head = row(["First Name", "Last Name", "Headline", "Geo Location", "Websites"]);
                write_rows(&mut bytes, &[head, row([first, last, "", "", ""])])?;
            }
            File::Registration => {
                let head = row(["Registered At", "Registration Ip", "Subscription Types"]);
                write_rows(&mut bytes, &[head, row(["1/29/11, 2:37 PM", "127.0.0.1", ""])])?;
            }
        }
        Ok(bytes)
    }

    /// The table of sent invitations that nobody has answered.
    fn invitations(&self, scenario: &Scenario) -> Vec<Vec<String>> {
        let mut rows =
            vec![row(["From", "To", "Sent At", "Message", "Direction", "inviterProfileUrl", "inviteeProfileUrl"])];
        let me = name_of(&scenario.me);
        let address = |slug: String| format!("https://www.linkedin.com/in/{slug}");
        for known in self.people.iter().filter(|known| known.standing == Standing::Is(Relation::Pending)) {
            let Some(slug) = &known.person.slug else { continue };
            let back = i64::try_from(chance::bits(scenario.seed, "invited", slug.as_str()) % 300).unwrap_or(0);
            let day = TODAY.saturating_sub(jiff::Span::new().days(back));
            let sent = format!("{}/{}/{:02}, 2:37 PM", day.month(), day.day(), day.year() % 100);
            let (mine, theirs) = (address(scenario.me.encoded()), address(slug.encoded()));
            rows.push(row([&me, &known.person.shown, &sent, "", "OUTGOING", &mine, &theirs]));
        }
        rows
    }
}

fn row<const N: usize>(cells: [&str; N]) -> Vec<String> {
    cells.map(str::to_owned).to_vec()
}

fn write_rows(bytes: &mut Vec<u8>, rows: &[Vec<String>]) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(bytes);
    for row in rows {
        table.write_record(row)?;
    }
    table.flush()
}
