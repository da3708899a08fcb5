//! The browser that a command drives: found, opened and closed as settings and flags say.

use std::path::PathBuf;
use std::time::Duration;

use super::context::Context;
use super::outcome::Failure;
use super::output::shown;
use super::programs::{binaries, kind};
use super::{profile, screen};
use crate::browser::DrivenPage;
use crate::browser::binary::{self, Kind, Pair};
use crate::browser::forget;
use crate::browser::open::{self, Open, OpenError};
use crate::browser::page::Deadlines;
use crate::event::exit::Ending;
use crate::event::id::Realm;
use crate::flow::site::Site;
use crate::runner::handover::Handover;
use crate::runner::run::{Opener, Unopened};

/// How long a page that was read waits for a person who reads what is shown and types. Most are done in three minutes; a page
/// that nobody looks at goes on asking the site for news, and holds some hundred megabytes.
const KEPT: Duration = Duration::from_mins(5);

/// Opens pages for a run.
pub(crate) struct Driver {
    options: Open,
    /// The commands that sign in anew, for a profile that the browser cannot use.
    anew: String,
}

impl Driver {
    /// For an account in a realm, on an origin.
    ///
    /// The practice realm keeps a browser profile only for an account that was signed in: elsewhere its visitors are signed
    /// in anyway, and nothing of it is worth keeping.
    pub(crate) fn new(context: &Context, realm: Realm, origin: &str) -> Self {
        let settings = &context.settings;
        let deadlines = Deadlines {
            session: settings.deadlines.start.max(Deadlines::default().session),
            load: settings.deadlines.page,
            command: settings.deadlines.command,
        };
        let profile = Some(profile::folder(context, realm)).filter(|folder| realm == Realm::Real || folder.exists());
        let anew = format!("`exeunt logout --local{}`, then `{}`", context.flags(), profile::login(context));
        Self {
            anew,
            options: Open {
                kind: kind(settings.browser.name),
                binaries: binaries(context),
                webdriver: settings.browser.webdriver.clone(),
                remote_http: false,
                headless: !settings.browser.headed.unwrap_or(realm == Realm::Real),
                profile,
                origin: origin.to_owned(),
                records: context.data_dir.join("drivers"),
                temp: std::env::temp_dir(),
                deadlines,
                masks: vec![],
                downloads: None,
                uncached: false,
                // A pack of a site on this machine has no business elsewhere either.
                loopback_only: realm == Realm::Practice || super::origin::loopback(origin).is_ok(),
            },
        }
    }

    /// What browser and driver say they are; of an attached driver only its address is known.
    ///
    /// They are looked for once: every page that is opened from then on comes from these very files.
    ///
    /// # Errors
    /// One is missing, silent, or does not fit the other, or the browser cannot use the account's profile.
    pub(crate) async fn about(&mut self) -> Result<String, Failure> {
        if let Some(url) = &self.options.webdriver {
            return Ok(format!("{} attached at {url}", self.options.kind.as_str()));
        }
        if self.is_headed() {
            screen::check("--headless works without a screen")?;
        }
        let pair =
            binary::find(self.options.kind, &self.options.binaries).await.map_err(|error| self.unavailable(&error))?;
        if let Some(folder) = &self.options.profile {
            let fits = crate::browser::profile::check(self.options.kind, folder, Some(&pair.browser));
            fits.map_err(|error| self.unavailable(&error))?;
        }
        let about = format!("{}, {}", pair.browser.says, pair.driver.says);
        self.options.binaries.known = Some(pair);
        Ok(about)
    }

    /// Browser and driver as [`Driver::about`] found them; none of a driver that is attached to.
    pub(crate) fn pair(&self) -> Option<&Pair> {
        self.options.binaries.known.as_ref()
    }

    /// Which browser.
    pub(crate) fn kind(&self) -> Kind {
        self.options.kind
    }
}

impl Driver {
    /// Whether a window is shown on this machine.
    pub(crate) fn is_headed(&self) -> bool {
        !self.options.headless && self.options.webdriver.is_none()
    }

    /// Whether the browser is kept from connecting to anything but this machine.
    pub(crate) fn is_loopback_only(&self) -> bool {
        self.options.loopback_only
    }

    /// The browser's own program.
    ///
    /// # Errors
    /// It is missing or silent, or its driver is, or they do not fit each other.
    pub(crate) async fn program(&self) -> Result<PathBuf, Failure> {
        let pair = binary::find(self.options.kind, &self.options.binaries).await;
        Ok(pair.map_err(|error| self.unavailable(&error))?.browser.path)
    }

    /// A browser that is signed in nowhere: of the same programs, with the same site and pack, with no profile at all and
    /// without a window.
    pub(crate) fn without_account(&self) -> Self {
        let mut visitor = Self { options: self.options.clone(), anew: self.anew.clone() };
        visitor.options.profile = None;
        visitor.options.headless = true;
        visitor.options.uncached = true;
        visitor
    }

    /// The same, with pages that may be kept for a while from one look to the next.
    pub(crate) fn keeping(self) -> Handover<Self> {
        Handover::new(self, KEPT)
    }

    /// Covers in every picture what the pack says.
    pub(crate) fn covering(mut self, site: &Site) -> Self {
        self.options.masks = site.masks.iter().map(|css| css.value.clone()).collect();
        self
    }

    /// Saves what its pages download into this folder.
    pub(crate) fn saving_to(mut self, folder: PathBuf) -> Self {
        self.options.downloads = Some(folder);
        self
    }

    /// Whether the driver is one that ran before, whose browser saves files where nobody here finds them.
    pub(crate) fn is_attached(&self) -> bool {
        self.options.webdriver.is_some()
    }

    /// Uses the account's profile, also where it is only about to be made.
    pub(crate) fn on_profile(mut self, folder: PathBuf) -> Self {
        self.options.profile = Some(folder);
        self
    }
}

impl Driver {
    /// An error of opening as the end of a command.
    pub(crate) fn unavailable(&self, error: &OpenError) -> Failure {
        let ending = match error {
            OpenError::Origin { .. } | OpenError::Webdriver { .. } => Ending::Usage,
            OpenError::Disk { .. } | OpenError::NotOurs { .. } | OpenError::Unwritable { .. } => Ending::Damaged,
            _ => Ending::NoBrowser,
        };
        match error.about_a_folder() {
            Some((what, advice)) => Failure::new(ending, shown(what), shown(self.advice(error, advice))),
            None => Failure::new(
                ending,
                error.to_string(),
                "`exeunt doctor` checks browser and driver; in a clone, `scripts/install` installs both",
            ),
        }
    }

    fn advice(&self, error: &OpenError, advice: String) -> String {
        match error {
            OpenError::ProfileNewer { .. } => format!("{advice}; or sign in anew with this one: {}", self.anew),
            _ => advice,
        }
    }
}

impl Opener for Driver {
    type Page = DrivenPage;

    async fn open(&mut self) -> Result<DrivenPage, Unopened> {
        open::open(self.options.clone()).await.map_err(|error| {
            let Failure { ending, what, mend, .. } = self.unavailable(&error);
            // Of other errors the mend would be said twice.
            let why = if error.about_a_folder().is_some() { format!("{what}: {mend}") } else { what };
            Unopened { ending, why }
        })
    }

    async fn close(&mut self, page: DrivenPage) {
        page.close().await;
    }

    async fn answers(&mut self, page: &mut DrivenPage) -> bool {
        page.answers().await
    }

    async fn forget(&mut self, page: &mut DrivenPage) -> bool {
        match forget::all(page).await {
            Ok(()) => true,
            Err(why) => {
                tracing::debug!(%why, "what the site left may still be there: another browser is opened");
                false
            }
        }
    }
}
