//! One browser session on the simulated account: looks, clicks, and what the last button does.

use std::collections::BTreeMap;
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use tokio::time::{Instant, sleep, sleep_until};

use super::screen::{PROMPT, Screen, Variant};
use super::world::{ME, Site, Sudden, Visitors, World};
use crate::browser::page::{
    Armed, Credential, Dialog, Document, Found, Landing, Page, PageError, Photo, Rect, Refused, Reply, RowSlice, Sight,
    Status, Stop as Shown, Stored,
};
use crate::flow::query::{Look, Refusal, Rows, Want};

const RECT: Rect = Rect { x: 10.0, y: 10.0, width: 100.0, height: 20.0 };

/// What follows once a person answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Then {
    /// The first page of the way.
    Goes,
    /// The deed.
    Does,
}

/// One session's page.
#[derive(Debug)]
pub(super) struct Tab {
    pub(super) site: Site,
    pub(super) guest: bool,
    pub(super) screen: Screen,
    /// The page that comes, and when.
    pub(super) coming: Option<(Instant, Screen)>,
    pub(super) then: Option<Then>,
    pub(super) document: u32,
    pub(super) menu: bool,
    pub(super) managed: bool,
    /// Something stands in the box beside the reason.
    pub(super) commented: bool,
    /// The option that is picked.
    pub(super) reason: bool,
    pub(super) ticked: bool,
    /// What stands in the fields: the password, the code.
    pub(super) fields: (Option<String>, Option<String>),
    /// The document that is there came from the site's service worker.
    stored: bool,
    passes_stores_by: bool,
    /// The page says that the password is not right.
    pub(super) mistake: bool,
    pub(super) mirrors: bool,
    /// The last button went away.
    pub(super) fled: bool,
    pub(super) prompt: bool,
    /// A dialog of the page is open.
    pub(super) dialog: bool,
    /// The page was drawn anew since the last click.
    pub(super) anew: bool,
    pub(super) lost: bool,
    /// Whose account it is was read in this session.
    pub(super) introduced: bool,
    /// The click that is armed: its token, its target, the document.
    pub(super) armed: Option<(String, String, u32)>,
    pub(super) landings: BTreeMap<String, (u32, Landing)>,
    pub(super) commands: u64,
}

impl Tab {
    pub(super) fn new(site: &Site, guest: bool) -> Self {
        Self {
            site: site.clone(),
            guest,
            screen: Screen::Blank,
            coming: None,
            then: None,
            document: 0,
            menu: false,
            managed: false,
            commented: false,
            reason: false,
            ticked: site.world().odd.ticked,
            fields: (None, None),
            stored: false,
            passes_stores_by: false,
            mistake: false,
            mirrors: false,
            fled: false,
            prompt: false,
            dialog: false,
            anew: true,
            lost: false,
            introduced: false,
            armed: None,
            landings: BTreeMap::new(),
            commands: 0,
        }
    }

    /// What every command costs, and whether the browser is still there and asks nothing itself.
    async fn command(&mut self) -> Result<(), PageError> {
        sleep(Duration::from_millis(20)).await;
        self.commands += 1;
        self.lost |= self.guest && self.site.world().visitors == Visitors::Lost;
        match (self.lost, self.prompt) {
            (true, _) => Err(PageError::Lost("the browser is gone".to_owned())),
            (_, true) => Err(PageError::Prompt(PROMPT.to_owned())),
            _ => Ok(()),
        }
    }

    /// The page as it is displayed now.
    fn shown(&self, world: &World) -> Screen {
        let asks = world.captcha
            && !self.guest
            && !matches!(self.screen, Screen::Blank | Screen::OtherWords | Screen::Farewell { .. });
        if asks { Screen::Captcha } else { self.screen }
    }

    /// Whether a service worker answers for what this tab loads.
    fn has_worker(&self, world: &World) -> bool {
        let worker = world.odd.worker.filter(|worker| worker.from_the_start || world.sent > 0);
        worker.is_some_and(|worker| worker.stubborn || !self.passes_stores_by)
    }

    /// Another page.
    pub(super) fn go(&mut self, screen: Screen) {
        let slow = self.site.world().odd.slow;
        if slow > 0 {
            self.coming = Some((Instant::now() + Duration::from_secs(slow), screen));
        } else {
            self.arrive(screen);
        }
    }

    pub(super) fn arrive(&mut self, screen: Screen) {
        let mut world = self.site.world();
        let is_new = world.odd.documents || screen == Screen::Blank;
        self.document += u32::from(is_new);
        self.stored = if is_new { self.has_worker(&world) } else { self.stored };
        if screen == Screen::Device {
            world.approved = None;
        }
        drop(world);
        (self.screen, self.coming, self.menu, self.mistake) = (screen, None, false, false);
        self.fields = (None, None);
        (self.dialog, self.anew) = (false, true);
    }

    /// Lets time do its work: a page that was to come, a person who answered.
    fn turn(&mut self) {
        let now = Instant::now();
        if let Some((_, screen)) = self.coming.filter(|(at, _)| *at <= now) {
            self.arrive(screen);
        }
        let world = self.site.world();
        let approved = world.approved.is_some_and(|at| at <= now);
        let answered = if self.screen == Screen::Device { approved } else { !world.captcha };
        let first = world.variant.first();
        drop(world);
        if answered && let Some(then) = self.then.take() {
            match then {
                Then::Goes => self.arrive(first),
                Then::Does => self.deed(false),
            }
        }
    }

    fn next_change(&self) -> Option<Instant> {
        let coming = self.coming.map(|(at, _)| at);
        coming.into_iter().chain(self.site.world().approved).filter(|at| *at > Instant::now()).min()
    }

    /// The first page of the way, or what stands before it.
    pub(super) fn enter(&mut self) {
        let world = self.site.world();
        let (odd, first) = (world.odd, world.variant.first());
        drop(world);
        if let Some(block) = odd.block {
            return self.go(Screen::Blocked(block));
        }
        if odd.check_first {
            self.then = Some(Then::Goes);
            return self.arrive(Screen::Device);
        }
        self.go(first);
    }

    /// What happens at this look.
    fn strike(&mut self) -> Result<(), PageError> {
        let mut world = self.site.world();
        world.looks += 1;
        let looks = world.looks;
        let struck: Vec<Sudden> = world.sudden.iter().filter(|(at, _)| *at == looks).map(|(_, what)| *what).collect();
        drop(world);
        for sudden in struck {
            let mut world = self.site.world();
            world.log.push(format!("{sudden:?}"));
            match sudden {
                Sudden::SignedOut => world.signed_in = false,
                Sudden::OtherAccount => world.who = super::world::OTHER,
                Sudden::TooMany => world.too_many = true,
                Sudden::Captcha => world.captcha = true,
                Sudden::Lost => self.lost = true,
                Sudden::Prompt => self.prompt = true,
                Sudden::Restricted | Sudden::Broken | Sudden::Blank => {}
            }
            drop(world);
            match sudden {
                Sudden::SignedOut => self.arrive(Screen::SignIn),
                Sudden::TooMany => self.arrive(Screen::TooMany),
                Sudden::Restricted => self.arrive(Screen::Restricted),
                Sudden::Broken => self.arrive(Screen::Broken),
                Sudden::Blank => self.arrive(Screen::Blank),
                Sudden::Lost => return Err(PageError::Lost("the browser is gone".to_owned())),
                Sudden::Prompt => return Err(PageError::Prompt(PROMPT.to_owned())),
                Sudden::OtherAccount | Sudden::Captcha => {}
            }
        }
        Ok(())
    }

    /// Whether a target is displayed.
    fn shows(&self, target: &str, world: &World) -> bool {
        let (screen, variant, odd) = (self.shown(world), world.variant, &world.odd);
        let there = screen.shows(target, variant);
        let in_settings = screen == Screen::Settings { category: true };
        match target {
            "view_profile" => screen.has_bar() && self.menu,
            "settings_link" => screen == Screen::List && self.menu,
            "reason_form.option" => screen == Screen::Reason,
            "wrong_password" | "wrong_again" => {
                (self.mistake || odd.marked) && matches!(screen, Screen::Password | Screen::Verify)
            }
            "closing_refused" => there || self.mistake || odd.marked && screen == Screen::Password,
            "unknown_box" => odd.strange_box == Some(screen),
            "comment_wanted" => odd.wants_comment && screen == Screen::Reason && !self.commented,
            "close_row" | "hibernate_row" => there && !odd.moved && (self.managed || !odd.management),
            "account_management" => in_settings && odd.management,
            "own_account" => there && (world.who == ME || odd.alike) && !odd.nameless,
            "says_close" => there && !odd.other_deed,
            "says_hibernate" => there || odd.other_deed && screen.shows("says_close", variant),
            "close_final" | "hibernate_final" => there && !odd.renamed && !self.fled,
            _ => there,
        }
    }

    fn holds(&self, want: &Want, anew: &[String], world: &World) -> bool {
        let on =
            |target: &str| if target == "unsubscribe_box" || target == "early_box" { self.ticked } else { self.reason };
        want.see.iter().all(|target| self.shows(target, world) && (self.anew || !anew.contains(target)))
            && !want.gone.iter().any(|target| self.shows(target, world))
            && want.marked.iter().all(|marked| self.shows(&marked.target, world) && on(&marked.target) == marked.on)
    }

    /// What a target is called on the page.
    fn name(target: &str, variant: Variant, disguised: bool) -> &'static str {
        match target {
            "close_final" | "hibernate_final" => variant.called(),
            "close_row" => "Close account",
            "hibernate_row" => "Hibernate account",
            "reason_next" if disguised => variant.called(),
            "reason_next" => "Next",
            "close_continue" | "late_continue" => "Continue",
            "verify_next" | "late_verify" => "Verify Account",
            "box_next" => "Next",
            "code_final" => "Submit",
            "me_button" => "Me",
            "settings_link" => "Settings & Privacy",
            _ => "",
        }
    }

    fn found(&self, target: &str, world: &World) -> Found {
        let read: &[(&str, &str)] = match target {
            "view_profile" => &[("slug", world.who)],
            "me_photo" => &[("name", world.seems())],
            "close_consequences" | "hibernate_consequences" => &[("text", "Everything will be lost.")],
            "closed_page" | "hibernated_page" => &[
                ("text", "Your account is closed. You can reopen your account until December 6, 2026."),
                ("until", "December 6, 2026."),
            ],
            "unknown_box" => &[("text", "Also delete my data elsewhere")],
            "premium_block" | "groups_block" | "licences_block" | "no_password_block" => {
                &[("text", "First this has to end.")]
            }
            _ => &[],
        };
        Found {
            count: 1,
            winner: Some(0),
            name: Self::name(target, world.variant, world.odd.disguised).to_owned(),
            rect: Some(RECT),
            read: read.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect(),
            ..Found::default()
        }
    }

    /// The armed click, or why it cannot be armed.
    fn arm(&self, look: &Look, world: &World) -> Result<Option<Armed>, Refused> {
        let Some(arm) = &look.arm else { return Ok(None) };
        let refuse = |kind, why: &str| Err(Refused::new(kind, arm.target.clone(), why));
        let is_last = arm.target == world.variant.last_button();
        if !self.shows(&arm.target, world) {
            return refuse(Refusal::NotFound, "is not there");
        }
        if is_last && world.odd.twice {
            return refuse(Refusal::Ambiguous, "is there twice");
        }
        let needs_password = is_last && self.screen == Screen::Password;
        if is_last && world.odd.disabled || needs_password && self.fields.0.is_none() {
            return refuse(Refusal::Disabled, "is disabled");
        }
        if let Some(guard) = arm.guard.iter().find(|guard| !self.shows(guard, world)) {
            return refuse(Refusal::Guard, &format!("`{guard}` is not there"));
        }
        let name = Self::name(&arm.target, world.variant, world.odd.disguised).to_owned();
        Ok(Some(Armed { element: arm.target.clone(), token: arm.token.clone(), rect: RECT, name }))
    }

    fn document(&self, screen: Screen) -> Document {
        let generation = match screen {
            Screen::List => Some("sdui-2026"),
            screen if screen.has_bar() => Some("preferences"),
            _ => None,
        };
        Document {
            address: "http://127.0.0.1:1/mypreferences/d/".to_owned(),
            title: "Settings".to_owned(),
            language: "en".to_owned(),
            generation: generation.map(str::to_owned),
            http_status: Some(match screen {
                Screen::TooMany => 429,
                Screen::Broken => 500,
                _ => 200,
            }),
            throttled: 0,
            visible: true,
            id: self.document.to_string(),
            viewport: (1280.0, 800.0, 1.0),
            stored: self.stored.then_some(Stored::Worker),
        }
    }

    fn sight(&mut self, status: Status, met: Option<usize>, look: &Look) -> Sight {
        let mut world = self.site.world();
        let screen = self.shown(&world);
        let shown = look.targets.keys().filter(|target| self.shows(target, &world));
        let found: BTreeMap<String, Found> = shown.map(|target| (target.clone(), self.found(target, &world))).collect();
        if found.contains_key("view_profile") {
            let look = world.looks;
            world.told.push(look);
            self.introduced |= world.who == ME;
        }
        if !self.guest && world.sent > 0 && found.contains_key(world.variant.end_page()) {
            world.end_page_read = true;
        }
        let click = look.armed_before.as_ref().map(|token| match self.landings.get(token) {
            Some((document, landing)) if *document == self.document => landing.clone(),
            _ => Landing::Unseen { why: "the document is another one".to_owned() },
        });
        Sight {
            status,
            met,
            page: self.document(screen),
            found,
            layers: u32::from(self.menu),
            dialog: self.dialog.then(|| Dialog {
                says: "Are you sure? This cannot be undone.".to_owned(),
                buttons: vec!["Yes, close it".to_owned(), "Cancel".to_owned()],
            }),
            draws: BTreeMap::new(),
            stop: None,
            said: None,
            stood: None,
            identity: screen.has_bar().then(|| BTreeMap::from([("name".to_owned(), world.seems().to_owned())])),
            armed: None,
            refused: None,
            click,
        }
    }

    /// The stop sign that shows, of those that the look asks for.
    fn sign(&self, look: &Look, world: &World) -> Option<String> {
        let screen = self.shown(world);
        let sign = look.stop_on.iter().find(|sign| screen.signs().contains(&sign.name.as_str()));
        let other = || {
            let expected = look.identity.as_ref()?.expect.get("name")?;
            (screen.has_bar() && !expected.iter().any(|name| name == world.seems())).then(|| "other_account".to_owned())
        };
        sign.map(|sign| sign.name.clone()).or_else(other)
    }

    /// The page of an address.
    fn load(&mut self, path: &str) -> Screen {
        let mut world = self.site.world();
        world.settle();
        self.lost |= std::mem::take(&mut world.lost_next);
        if self.guest {
            assert_eq!(path, format!("/in/{ME}/"), "a visitor looks at the account's own address and nowhere else");
            return match (world.visitors, world.open) {
                (Visitors::StillSee, _) | (Visitors::Honest, true) => Screen::Profile,
                (Visitors::Wall, _) => Screen::SignIn,
                (Visitors::Nameless, _) => Screen::Nameless,
                _ => {
                    world.gone_read |= world.sent > 0;
                    Screen::Missing
                }
            };
        }
        let was_sent = world.sent > 0;
        if was_sent && self.has_worker(&world) {
            return Screen::SignIn;
        }
        world.signed_out_read |= was_sent && !world.signed_in && !world.too_many && !world.captcha && !self.lost;
        match path {
            _ if world.too_many => Screen::TooMany,
            _ if !world.signed_in => Screen::SignIn,
            "/mynetwork/invite-connect/connections/" => Screen::List,
            "/mypreferences/d/close-accounts" | "/mypreferences/d/hibernate-account" => {
                Screen::Settings { category: true }
            }
            other => panic!("nobody opens `{other}`"),
        }
    }

    /// A secret is about to be typed.
    fn secret_arrives(&mut self, fits: bool) -> Result<(), PageError> {
        let mut world = self.site.world();
        if world.odd.barred {
            return Err(PageError::Barred("the form is under another origin".to_owned()));
        }
        world.typed(fits, self.introduced);
        self.mirrors |= world.odd.mirrored;
        Ok(())
    }

    /// Nothing is kept of a page that shows what was typed, or whose field still holds it.
    fn withheld(&self) -> Result<(), PageError> {
        if self.mirrors {
            return Err(PageError::Shown("it shows what was typed".to_owned()));
        }
        match &self.fields {
            (None, None) => Ok(()),
            _ => Err(PageError::Unproved("a field still holds what was typed".to_owned())),
        }
    }

    fn is_armed(&self, armed: &Armed) -> bool {
        let live = self.armed.as_ref();
        live.is_some_and(|(token, target, document)| {
            *token == armed.token && *target == armed.element && *document == self.document
        })
    }
}

impl Page for Tab {
    async fn goto(&mut self, path: &str) -> Result<(), PageError> {
        self.command().await?;
        let screen = self.load(path);
        if self.lost {
            return Err(PageError::Lost("the browser is gone".to_owned()));
        }
        self.then = None;
        self.document += 1;
        self.arrive(screen);
        self.stored = self.has_worker(&self.site.world());
        if matches!(screen, Screen::Settings { .. }) {
            self.enter();
        }
        sleep(Duration::from_millis(20)).await;
        Ok(())
    }

    async fn pass_stores_by(&mut self) -> Result<u32, PageError> {
        self.command().await?;
        self.passes_stores_by = true;
        Ok(1)
    }

    async fn rows(&mut self, rows: &Rows) -> Result<RowSlice, PageError> {
        panic!("closing reads no list: {}", rows.row)
    }

    async fn look(&mut self, look: &Look) -> Result<Sight, PageError> {
        self.command().await?;
        if !self.guest {
            self.strike()?;
        }
        let until = Instant::now() + Duration::from_millis(look.within_ms);
        let met = loop {
            self.turn();
            let sign = self.sign(look, &self.site.world());
            if let Some(sign) = sign {
                let stop = Some(Shown { why: format!("the page shows {sign}"), sign });
                return Ok(Sight { stop, ..self.sight(Status::Stop, None, look) });
            }
            let met = look.wants.iter().position(|want| self.holds(want, &look.anew, &self.site.world()));
            let now = Instant::now();
            if met.is_some() || look.wants.is_empty() || now >= until {
                break met;
            }
            sleep_until(self.next_change().map_or(until, |at| at.min(until))).await;
        };
        let refused = |kind, why: &str| {
            let why = why.to_owned();
            Some(Refused::new(kind, "", why))
        };
        if met.is_none() && !look.wants.is_empty() {
            let refused = refused(Refusal::NotFound, "nothing that was wanted shows");
            return Ok(Sight { refused, ..self.sight(Status::TimedOut, None, look) });
        }
        let arms = look.arm_when.is_empty() || met.is_some_and(|met| look.arm_when.contains(&met));
        let armed = if arms { self.arm(look, &self.site.world()) } else { Ok(None) };
        Ok(match armed {
            Ok(armed) => {
                self.armed = armed.as_ref().map(|armed| (armed.token.clone(), armed.element.clone(), self.document));
                Sight { armed, ..self.sight(Status::Met, met, look) }
            }
            Err(refused) => Sight { refused: Some(refused), ..self.sight(Status::Refused, met, look) },
        })
    }

    async fn click(&mut self, armed: &Armed) -> Result<(), PageError> {
        self.command().await?;
        if !self.is_armed(armed) {
            return Err(PageError::Stale);
        }
        self.armed = None;
        self.anew = false;
        let disguised = armed.element == "reason_next" && self.site.world().odd.disguised;
        let is_last = matches!(armed.element.as_str(), "close_final" | "hibernate_final" | "code_final") || disguised;
        let clicked = if is_last {
            self.last_click(&armed.token, &armed.element)
        } else {
            self.landings.insert(armed.token.clone(), (self.document, Landing::Landed));
            self.lead(&armed.element);
            Ok(())
        };
        // The answer is on its way: whoever gives up now does not know that the click arrived.
        sleep(Duration::from_millis(20)).await;
        clicked
    }

    async fn fill(&mut self, armed: &Armed, text: &str) -> Result<(), PageError> {
        assert_eq!(armed.element, "comment_box", "`{text}` is typed elsewhere");
        self.command().await?;
        self.commented = true;
        Ok(())
    }

    async fn type_secret(&mut self, armed: &Armed, what: Credential, secret: &SecretString) -> Result<(), PageError> {
        self.command().await?;
        if !self.is_armed(armed) {
            return Err(PageError::Stale);
        }
        let hides = matches!(armed.element.as_str(), "close_password" | "verify_password" | "late_password");
        self.secret_arrives(hides == (what == Credential::Password))?;
        let field = if hides { &mut self.fields.0 } else { &mut self.fields.1 };
        *field = Some(secret.expose_secret().to_owned());
        sleep(Duration::from_millis(20)).await;
        Ok(())
    }

    async fn snapshot(&mut self) -> Result<String, PageError> {
        self.command().await?;
        self.withheld()?;
        Ok(format!("<html><body>{:?}</body></html>", self.screen))
    }

    async fn press(&mut self, key: &str) -> Result<(), PageError> {
        assert_eq!(key, "Escape", "closing presses no other key");
        assert!(self.menu, "an Escape where nothing is open");
        self.command().await?;
        self.menu = false;
        Ok(())
    }

    async fn answer(&mut self, text: &str, with: Reply) -> Result<(), PageError> {
        assert_eq!((text, with), (PROMPT, Reply::Dismiss), "a prompt is never agreed to");
        self.prompt = false;
        Ok(())
    }

    async fn shot(&mut self, _clip: Option<Rect>) -> Result<Photo, PageError> {
        self.command().await?;
        let world = self.site.world();
        let is_armed = self.armed.as_ref().is_some_and(|(_, target, _)| target == world.variant.last_button());
        self.fled |= world.odd.fleeting && is_armed;
        if world.odd.dark {
            return Err(PageError::Refused("it is dark".to_owned()));
        }
        self.withheld()?;
        Ok(Photo { png: super::super::site::picture(), masks: vec![] })
    }

    fn commands(&self) -> u64 {
        self.commands
    }
}
