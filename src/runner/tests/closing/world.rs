//! The simulated account behind all sessions of a test: whether it is open, what the site does next, and its own log.
//!
//! It is the tests' conscience: each click on a last button and each secret is held against the ledger on disk at the moment
//! at which it arrives. What must never be is noted in [`World::violations`].

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use jiff::SignedDuration;
use tokio::time::{Instant, sleep};

use super::screen::{Block, Screen, Variant};
use super::tab::Tab;
use crate::event::exit::Ending;
use crate::event::fact::Mode;
use crate::event::id::{AccountName, PlanId, Realm};
use crate::event::state::EffectState;
use crate::ledger::Ledger;
use crate::runner::run::{Opener, Unopened};

/// Whose account it is.
pub(super) const ME: &str = "robin-example";
/// Whose account it is not.
pub(super) const OTHER: &str = "somebody-else";
/// The account's password. Nothing else is written like it.
pub(super) const PASSWORD: &str = "Kanarienvogel-7f3a9c51";
/// What a person types who is wrong.
pub(super) const WRONG: &str = "Zeisig-20b81d44";
/// The code that the site mails.
pub(super) const CODE: &str = "Stieglitz-940617";
/// An approval is good for so long.
const APPROVAL: SignedDuration = SignedDuration::from_mins(15);

/// What the site does when the last button, or the one under a code, is clicked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Last {
    /// It does it, and says so on the end page; the session is over.
    Does,
    /// The same, on a page that has a form to sign in with.
    DoesWithForm,
    /// The same, on a page in words that nobody knows.
    OtherWords,
    /// The button does nothing.
    Nothing,
    /// The page stops the click before it arrives.
    Blocked,
    /// The element was replaced before the click.
    Stale,
    /// The click was carried out twice: the second time its element was gone.
    StaleAfter,
    /// The driver's answer is an error, and it was done.
    RefusedAfter,
    /// The session is lost before anything arrives.
    LostBefore,
    /// The session is lost after it was done.
    LostAfter,
    /// It is done, and the page stands still.
    NoEndPage,
    /// It is done, and the answer is an error page.
    BrokenAfter,
    /// It is not done, and the answer is an error page.
    BrokenBefore,
    /// It is done so many seconds later, and nothing is said.
    Late(u64),
    /// The end page shows, and nothing was done.
    OnlySaid,
    /// The session is over, and nothing was done.
    OnlySignedOut,
    /// It is done and said, and the site asks whether a robot is there when the next page is loaded.
    ThenCaptcha,
    /// It is done and said, and the next page is a 429.
    ThenTooMany,
    /// It is done and said, and the browser is gone before the next page is loaded.
    ThenLost,
    /// It is not done; the site says that the password is not right.
    No,
    /// A prompt of the browser opens, and nothing was done.
    Prompt,
    /// A dialog of the page asks whether that is meant, and nothing was done.
    Dialog,
    /// A captcha stands in between; it is done once that is answered.
    Captcha,
}

/// What happens at one look of the account's own session, counted over all sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sudden {
    SignedOut,
    OtherAccount,
    TooMany,
    Restricted,
    Captcha,
    Broken,
    Blank,
    Prompt,
    Lost,
}

/// What a visitor meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Visitors {
    /// The profile while the account is open, else that there is none.
    Honest,
    /// The profile, whatever happened.
    StillSee,
    /// A wall to sign in.
    Wall,
    /// A page that names nobody.
    Nameless,
    /// The browser does not start.
    Unopened,
    /// The browser is lost.
    Lost,
}

/// What is odd about the pages on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Oddities {
    /// What is in the way.
    pub(super) block: Option<Block>,
    /// Only a person gets past the first page of the way.
    pub(super) check_first: bool,
    /// The settings have no row that leads there.
    pub(super) moved: bool,
    /// The row stands behind a link of its own.
    pub(super) management: bool,
    /// The settings open on another category.
    pub(super) other_category: bool,
    /// A page that nobody foresaw comes before the password.
    pub(super) extra: bool,
    /// The last button has another name.
    pub(super) renamed: bool,
    /// The last button stays disabled.
    pub(super) disabled: bool,
    /// The last button is there twice.
    pub(super) twice: bool,
    /// The button that leads on is called like the last one, and does what that does.
    pub(super) disguised: bool,
    /// The last button goes away when the picture before the intention is taken.
    pub(super) fleeting: bool,
    /// The page does not show whose account it is about.
    pub(super) nameless: bool,
    /// The pages are those of the other deed.
    pub(super) other_deed: bool,
    /// The site does not take the password the first time.
    pub(super) wrong_once: bool,
    /// The form with the password is elsewhere: the browser refuses to type there.
    pub(super) barred: bool,
    /// The page shows what was typed.
    pub(super) mirrored: bool,
    /// A code is asked for after the last button.
    pub(super) code: bool,
    /// The app is asked after the last button.
    pub(super) device: bool,
    /// The page marks the field for the password as wrong from the start.
    pub(super) marked: bool,
    /// A box that nobody told of stands on this page.
    pub(super) strange_box: Option<Screen>,
    /// The page wants a text with the reason.
    pub(super) wants_comment: bool,
    /// A dialog of the page opens in place of the page after the reason.
    pub(super) dialog_early: bool,
    /// The box to unsubscribe is ticked already.
    pub(super) ticked: bool,
    /// Each page is a document of its own.
    pub(super) documents: bool,
    /// Pages need so many seconds.
    pub(super) slow: u64,
    /// Pictures cannot be taken.
    pub(super) dark: bool,
    /// The browser does not start.
    pub(super) unopened: bool,
    /// The bar shows the same of every account: only the menu tells them apart.
    pub(super) alike: bool,
    /// A service worker answers for the site's server.
    pub(super) worker: Option<Worker>,
}

/// A service worker of the site, which after the last click answers every load with the page to sign in that it kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Worker {
    /// It is there before the last click too, and passes what the server says on until then.
    pub(super) from_the_start: bool,
    /// It answers although it is to be passed by.
    pub(super) stubborn: bool,
}

/// The account and its site.
#[derive(Debug)]
pub(super) struct World {
    pub(super) variant: Variant,
    pub(super) odd: Oddities,
    /// What the last button does each time; at the end it does it.
    pub(super) lasts: VecDeque<Last>,
    /// What happens at which look.
    pub(super) sudden: Vec<(u32, Sudden)>,
    pub(super) visitors: Visitors,
    /// Whose session it is.
    pub(super) who: &'static str,
    pub(super) signed_in: bool,
    /// The account is there for everybody.
    pub(super) open: bool,
    /// Every page is a 429 from now on.
    pub(super) too_many: bool,
    /// Every page of the account asks for a captcha from now on, until it is answered.
    pub(super) captcha: bool,
    /// The browser is lost at the next load.
    pub(super) lost_next: bool,
    /// When the app approved.
    pub(super) approved: Option<Instant>,
    /// What it did, in order.
    pub(super) log: Vec<String>,
    /// What must never be.
    pub(super) violations: Vec<String>,
    /// How many clicks on a last button were sent.
    pub(super) sent: u32,
    /// The plans of which a click on a last button reached the site.
    pub(super) reached: Vec<PlanId>,
    /// The plans of which the site refused a click on a last button, since the password was wrong.
    pub(super) refused: Vec<PlanId>,
    /// How many secrets were typed.
    pub(super) secrets: u32,
    /// The end page was shown to whoever looked, after the last click.
    pub(super) end_page_read: bool,
    /// A visitor was told after the last click that there is no such profile.
    pub(super) gone_read: bool,
    /// A page loaded after the last click asked to sign in.
    pub(super) signed_out_read: bool,
    /// Looks of the account's own sessions.
    pub(super) looks: u32,
    /// At which looks the account's own menu was read.
    pub(super) told: Vec<u32>,
    pub(super) sessions: u32,
    /// Browsers that run.
    pub(super) running: u32,
    /// The next click on a last button is the first, or one that the site asked for.
    pub(super) may_click: bool,
    /// The site did not take the password once already.
    pub(super) refused_once: bool,
    pending: Option<Instant>,
    watch: Watch,
}

/// The ledger as the site's conscience.
pub(super) struct Watch {
    pub(super) ledger: Ledger,
    pub(super) account: AccountName,
}

impl std::fmt::Debug for Watch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Watch")
    }
}

/// The site, shared by sessions and the test.
#[derive(Debug, Clone)]
pub(super) struct Site(Arc<Mutex<World>>);

impl Site {
    pub(super) fn new(variant: Variant, watch: Watch) -> Self {
        Self(Arc::new(Mutex::new(World {
            variant,
            odd: Oddities { documents: true, ..Oddities::default() },
            lasts: VecDeque::new(),
            sudden: vec![],
            visitors: Visitors::Honest,
            who: ME,
            signed_in: true,
            open: true,
            too_many: false,
            captcha: false,
            lost_next: false,
            approved: None,
            log: vec![],
            violations: vec![],
            sent: 0,
            reached: vec![],
            refused: vec![],
            secrets: 0,
            end_page_read: false,
            gone_read: false,
            signed_out_read: false,
            looks: 0,
            told: vec![],
            sessions: 0,
            running: 0,
            may_click: true,
            refused_once: false,
            pending: None,
            watch,
        })))
    }

    pub(super) fn world(&self) -> MutexGuard<'_, World> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl World {
    /// What the bar shows of the account.
    pub(super) fn seems(&self) -> &'static str {
        if self.odd.alike { ME } else { self.who }
    }

    fn violation(&mut self, why: impl Into<String>) {
        self.violations.push(why.into());
    }

    /// Whether the run in hand is a live one.
    fn is_live(&self) -> bool {
        let runs = self.watch.ledger.runs(&self.watch.account).unwrap();
        runs.last().is_some_and(|run| run.mode == Mode::Live)
    }

    /// A click on a last button is sent: it is held against the ledger as it is on disk.
    pub(super) fn clicked(&mut self, button: &str, introduced: bool) {
        self.settle();
        self.sent += 1;
        if !self.may_click {
            self.violation(format!("`{button}` was clicked again, and the site had not asked for that"));
        }
        self.may_click = false;
        if !introduced {
            self.violation(format!("`{button}` was clicked, and nobody had read whose account it is"));
        }
        if !self.is_live() {
            self.violation(format!("`{button}` was clicked in a rehearsal"));
        }
        let doubt = self.watch.ledger.in_doubt(&self.watch.account, Realm::Practice).unwrap();
        match doubt.as_slice() {
            [row] if row.state == EffectState::Intent && row.slug.as_str() == ME => {
                let plan = self.watch.ledger.plan(&self.watch.account, &row.plan).unwrap();
                let age = row.intent.zip(plan.approved).map(|(intent, approved)| intent.duration_since(approved));
                let (action, attempt) = (row.action, row.attempt);
                if age.is_none_or(|age| age > APPROVAL) {
                    self.violation(format!("`{button}` was clicked with an approval of {age:?}"));
                }
                if action != self.variant.action() || attempt != 1 {
                    self.violation(format!("`{button}` was clicked to {action}, attempt {attempt}"));
                }
            }
            _ => {
                let states: Vec<EffectState> = doubt.iter().map(|row| row.state).collect();
                self.violation(format!("`{button}` was clicked without an intention on disk: {states:?}"));
            }
        }
        if self.watch.ledger.open_latch(&self.watch.account, Realm::Practice).unwrap().is_some() {
            self.violation(format!("`{button}` was clicked although the account is held back"));
        }
    }

    /// A click on a last button reached the site.
    pub(super) fn reached(&mut self) {
        let doubt = self.watch.ledger.in_doubt(&self.watch.account, Realm::Practice).unwrap();
        self.reached.extend(doubt.into_iter().map(|row| row.plan));
        if self.who != ME {
            self.violation("the button of somebody else's account was clicked");
        }
        if !self.open || self.pending.is_some() {
            self.violation("the button was clicked of an account that is closed, or is being closed");
        }
    }

    /// The site refuses the click that reached it, since the password is wrong.
    pub(super) fn refuses(&mut self) {
        let last = self.reached.last().cloned();
        self.refused.extend(last);
    }

    /// Whether the site refused all clicks of a plan that reached it, and did nothing.
    pub(super) fn refused_all(&self, plan: &PlanId) -> bool {
        let of = |plans: &[PlanId]| plans.iter().filter(|one| *one == plan).count();
        self.open && self.pending.is_none() && of(&self.reached) == of(&self.refused)
    }

    /// A secret was typed.
    pub(super) fn typed(&mut self, fits: bool, introduced: bool) {
        self.secrets += 1;
        if !self.is_live() {
            self.violation("a secret was typed in a rehearsal");
        }
        if !fits {
            self.violation("a secret was typed into a field of another kind");
        }
        if self.who != ME || !introduced {
            self.violation("a secret was typed, and nobody had read whose account it is");
        }
    }

    /// The account is closed or hidden, and nobody is signed in any more.
    pub(super) fn ends(&mut self) {
        if self.open {
            self.log.push(self.variant.action().to_string());
        } else {
            self.violation("the account was ended twice");
        }
        self.open = false;
        self.signed_in = false;
    }

    /// It will be closed so many seconds later.
    pub(super) fn promises(&mut self, seconds: u64) {
        self.log.push("promised".to_owned());
        self.pending = Some(Instant::now() + Duration::from_secs(seconds));
    }

    /// Does what was promised and is due.
    pub(super) fn settle(&mut self) {
        if self.pending.is_some_and(|at| at <= Instant::now()) {
            self.pending = None;
            self.ends();
        }
    }
}

impl Opener for Site {
    type Page = Tab;

    async fn open(&mut self) -> Result<Tab, Unopened> {
        sleep(Duration::from_millis(500)).await;
        let mut world = self.world();
        if world.odd.unopened {
            return Err(Unopened { ending: Ending::NoBrowser, why: "no browser is there".to_owned() });
        }
        world.sessions += 1;
        world.running += 1;
        drop(world);
        Ok(Tab::new(self, false))
    }

    async fn close(&mut self, page: Tab) {
        sleep(Duration::from_millis(100)).await;
        drop(page);
        self.world().running -= 1;
    }
}

/// Opens browsers that are signed in nowhere.
#[derive(Debug)]
pub(super) struct Strangers(pub(super) Site);

impl Opener for Strangers {
    type Page = Tab;

    async fn open(&mut self) -> Result<Tab, Unopened> {
        sleep(Duration::from_millis(500)).await;
        let mut world = self.0.world();
        if world.visitors == Visitors::Unopened {
            return Err(Unopened { ending: Ending::NoBrowser, why: "no second browser is there".to_owned() });
        }
        world.running += 1;
        drop(world);
        Ok(Tab::new(&self.0, true))
    }

    async fn close(&mut self, page: Tab) {
        sleep(Duration::from_millis(100)).await;
        drop(page);
        self.0.world().running -= 1;
    }
}
