//! One look at the site: whose account it is, how far the archive is, and what is left to do about it.

use jiff::Timestamp;

use super::desk::Desk;
use super::keeping::{self, Fetched};
use crate::browser::download::{Downloads, Undownloaded};
use crate::browser::page::Page;
use crate::cli::attendant::Terminal;
use crate::cli::browser::Driver;
use crate::cli::errand::{gone_there, stopped};
use crate::cli::outcome::{Failure, Outcome};
use crate::cli::output::{account_of, clean, shown};
use crate::cli::{closed, interlock, known_driver, profile};
use crate::event::exit::Ending;
use crate::event::fact::{ArchiveScope, Purpose};
use crate::event::id::RunId;
use crate::ledger::{ArchiveRow, Owner};
use crate::policy::archive_waiting::offered_until;
use crate::runner::errand::archive_errand::{Archive, Ordered};
use crate::runner::errand::{Errand, Met, Outset};
use crate::runner::run::RunError;

/// Where the archive can be fetched by hand, for advice.
const PAGE: &str = "/mypreferences/d/download-my-data";

/// How it stands after a look.
pub(super) enum Stand {
    /// It is here.
    Taken(Box<Outcome>),
    /// It is being made; since when, where that is known.
    Later {
        /// When it was asked for.
        asked: Option<Timestamp>,
    },
    /// The site still offers what was taken in already, at least so long.
    Same {
        /// Until when.
        until: Timestamp,
    },
}

/// What one session came to.
enum Visit {
    /// The page of the archive, and whether it was asked for just now.
    Seen(Archive, bool),
    /// The download that was clicked.
    Clicked(Result<std::path::PathBuf, Undownloaded>),
    /// It is ready, and this session can download nothing.
    Unfetchable,
    /// It is ready, and was taken in before.
    Same,
    /// Nobody is signed in, somebody else is, or something stopped it.
    Met(Met),
}

impl Desk<'_> {
    /// Goes there once, with the account to itself.
    pub(super) async fn look(&mut self) -> Result<Stand, Failure> {
        let context = self.context;
        let ledger = context.ledger()?;
        closed::refuse(context, &ledger, self.realm)?;
        let mut owner = interlock::begin(context, &ledger, self.realm)?;
        let row = owner.ledger().archive(context.account(), self.realm)?;
        let mut driver = Driver::new(context, self.realm, &self.origin).covering(&self.pack.site);
        let browser = driver.about().await?;
        known_driver::check(context, self.command.driving, &driver)?;
        let downloads = match driver.is_attached() {
            true => None,
            false => Some(keeping::downloads(context)?),
        };
        if let Some(downloads) = &downloads {
            driver = driver.saving_to(downloads.folder().to_owned());
        }
        let (errand, visit) = self.visit((&mut owner, &row), (&mut driver, downloads.as_ref()), browser).await?;
        self.stand((&mut owner, &row), errand, visit)
    }

    async fn visit(
        &mut self,
        (owner, row): (&mut Owner, &ArchiveRow),
        (driver, downloads): (&mut Driver, Option<&Downloads>),
        browser: String,
    ) -> Result<(RunId, Visit), Failure> {
        let context = self.context;
        context.out.note("Looking how far the archive of the account’s data is …");
        let evidence = context.evidence_root();
        let outset = Outset { purpose: Purpose::Archive, origin: self.origin.clone(), browser };
        let mut attendant = Terminal::new(context, (self.realm, driver.is_headed()), self.stop.clone());
        let mut errand = Errand::begin(owner, (&self.pack, &context.clock), &evidence, &outset)?;
        let mut stop = self.stop.clone();
        let visited = gone_there(driver, &mut stop, async |page| {
            self.session(&mut errand, page, (row, downloads), &mut attendant).await
        })
        .await;
        match (visited, attendant.unasked) {
            (Ok(_), Some(unasked)) => {
                Err(Failure { what: format!("the site wants the password: {}", unasked.what), ..unasked })
            }
            (Err(failure), _) if failure.ending == Ending::Interrupted => Err(Failure {
                what: "interrupted; what was asked of the site before stays asked".to_owned(),
                ..failure
            }),
            (visited, _) => Ok((errand.id().clone(), visited?)),
        }
    }

    async fn session<P: Page>(
        &self,
        errand: &mut Errand<'_>,
        page: &mut P,
        (row, downloads): (&ArchiveRow, Option<&Downloads>),
        attendant: &mut Terminal<'_>,
    ) -> Result<Visit, RunError> {
        let (out, scope) = (&self.context.out, self.command.scope.scope());
        let met = errand.own(page).await?;
        let Met::Somebody { handle, name } = &met else { return Ok(Visit::Met(met)) };
        out.note(format!("  account   {}", account_of(name, handle)));
        let mut archive = errand.archive(page).await?;
        let mut asked = false;
        if archive == Archive::None {
            let what = match scope {
                ArchiveScope::All => "everything",
                ArchiveScope::Connections => "the connections alone",
            };
            out.note(format!("  the site  has no archive for you; it is asked for one of {what}"));
            let (origin, stop) = (self.origin.clone(), self.stop.clone());
            archive = errand.request_archive(page, Ordered { scope, origin, attendant, stop }).await?;
            asked = true;
        }
        if archive != Archive::Ready {
            return Ok(Visit::Seen(archive, asked));
        }
        if !asked && self.is_the_same(row) {
            return Ok(Visit::Same);
        }
        let Some(downloads) = downloads else { return Ok(Visit::Unfetchable) };
        out.note("  the site  has it ready; it is downloaded");
        match errand.fetch_archive(page).await? {
            Archive::Ready => Ok(Visit::Clicked(downloads.finished(self.context.settings.deadlines.page).await)),
            other => Ok(Visit::Seen(other, false)),
        }
    }

    /// Whether what the site offers is what was taken in: nothing was asked for since, and the file is still there.
    fn is_the_same(&self, row: &ArchiveRow) -> bool {
        let is_kept = |name: &str| keeping::folder(self.context).join(name).exists();
        row.same_again(self.now()).is_some_and(|taken| is_kept(&taken.name))
    }

    fn stand(&self, (owner, row): (&mut Owner, &ArchiveRow), errand: RunId, visit: Visit) -> Result<Stand, Failure> {
        let context = self.context;
        match visit {
            Visit::Clicked(Ok(file)) => {
                let taken = keeping::take_in(context, owner, &Fetched { file, errand })?;
                Ok(Stand::Taken(Box::new(taken)))
            }
            Visit::Seen(Archive::Pending, true) => {
                context.out.say(format!(
                    "  asked     the site says that it makes the archive; that takes up to {}",
                    self.usual()
                ));
                Ok(Stand::Later { asked: Some(self.now()) })
            }
            Visit::Seen(Archive::Pending, false) => {
                let since = row.asked.map_or(String::new(), |(at, _)| format!(", asked for at {}", context.time(at)));
                context.out.say(format!("  the site  is still making the archive{since}"));
                Ok(Stand::Later { asked: row.asked.map(|(at, _)| at) })
            }
            Visit::Same => {
                let taken = row.taken.as_ref().map_or(self.now(), |taken| taken.at);
                Ok(Stand::Same { until: offered_until(taken) })
            }
            Visit::Clicked(Err(why)) => Err(Failure::new(
                Ending::SomeFailed,
                shown(format!("the archive was not downloaded: {why}")),
                format!("run the command again; or {}", self.by_hand()),
            )),
            Visit::Unfetchable => Err(Failure::usage(
                "the archive is ready, but what a driver that runs already downloads lies where its browser is",
                format!("leave --webdriver out; or {}", self.by_hand()),
            )),
            Visit::Seen(Archive::Refused { why }, _) => Err(Failure::new(
                Ending::SomeFailed,
                clean(&why),
                format!("run the command again; or {}", self.by_hand()),
            )),
            Visit::Seen(Archive::Stopped(met), _) | Visit::Met(met) => Err(self.halted(met)),
            Visit::Seen(Archive::None | Archive::Ready, _) => {
                Err(Failure::new(Ending::Bug, "the archive is neither asked for nor fetched", ""))
            }
        }
    }

    fn halted(&self, met: Met) -> Failure {
        match met {
            Met::Nobody { why } => Failure::new(
                Ending::Stopped,
                format!("nobody is signed in: {}", clean(&why)),
                format!("`{}`", profile::login(self.context)),
            ),
            Met::Stopped(why) => stopped(self.context, &why),
            Met::Somebody { .. } => Failure::new(Ending::Bug, "somebody is signed in, and nothing was done", ""),
        }
    }

    fn by_hand(&self) -> String {
        let (origin, flags) = (clean(&self.origin), self.context.flags());
        format!("download it yourself at {origin}{PAGE}, then `exeunt import Connections.csv{flags}`")
    }
}
