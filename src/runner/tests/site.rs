//! A model of the connections list and of profiles that answers looks by the names of the built-in pack, with whims that a test chooses.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use secrecy::SecretString;
use tokio::time::{Instant, sleep};

pub(super) use super::whim::Whim;
pub(super) use super::world::{Watch, Worker, World};
use crate::browser::page::{
    Armed, Credential, Document, Found, Landing, Page, PageError, Photo, Rect, Refused, Reply, RowSlice, Sight, Status,
    Stop as Shown, Stored, Unread,
};
use crate::flow::query::{Check, Draw, Look, Refusal, Rows, Want};
use crate::runner::run::{Opener, Unopened};

/// The site, shared by sessions and the test.
#[derive(Debug, Clone)]
pub(super) struct Site(Arc<Mutex<World>>);

impl Site {
    pub(super) fn new(people: &[&str], watch: Watch) -> Self {
        Self(Arc::new(Mutex::new(World::new(people, watch))))
    }

    pub(super) fn world(&self) -> MutexGuard<'_, World> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

pub(super) fn name_of(slug: &str) -> String {
    format!("Name of {slug}")
}

impl Opener for Site {
    type Page = Tab;

    async fn open(&mut self) -> Result<Tab, Unopened> {
        sleep(Duration::from_millis(500)).await;
        let mut world = self.world();
        world.sessions += 1;
        world.open += 1;
        drop(world);
        Ok(Tab { site: self.clone(), ..Tab::default_of(self) })
    }

    async fn close(&mut self, page: Tab) {
        sleep(Duration::from_millis(100)).await;
        drop(page);
        self.world().open -= 1;
    }
}

/// Whether a dialog may say this text although no pack knows it.
fn accepts(look: &Look, text: &str) -> bool {
    look.checks.values().any(|Check::SamePerson { accepted, .. }| {
        accepted.get("en").is_some_and(|texts| texts.iter().any(|known| known == text))
    })
}

/// One session's page.
#[derive(Debug)]
pub(super) struct Tab {
    pub(super) site: Site,
    pub(super) commands: u64,
    pub(super) id: u32,
    pub(super) loaded: bool,
    pub(super) filter: String,
    pub(super) menu: Option<String>,
    pub(super) dialog: Option<(String, String)>,
    pub(super) me_menu: bool,
    pub(super) whim: Whim,
    pub(super) landings: BTreeMap<String, Landing>,
    pub(super) lost: bool,
    pub(super) captcha: bool,
    /// What the server answered to the document's own request, which a look may ask for.
    pub(super) turned_away: Option<&'static str>,
    /// What the document's notices say since the last click, and from when on.
    pub(super) said: Option<(Instant, &'static str)>,
    /// What notices said as the click of this document arrived.
    pub(super) stood: Vec<String>,
    /// When the document's rows come; until then its list looks empty, or as it was before the search.
    pub(super) rows_at: Instant,
    /// Whether the document was searched.
    pub(super) is_searched: bool,
    /// When the document was loaded or searched.
    pub(super) changed_at: Instant,
    pub(super) passes_stores_by: bool,
}

impl Tab {
    fn default_of(site: &Site) -> Self {
        Self {
            site: site.clone(),
            commands: 0,
            id: 0,
            loaded: false,
            filter: String::new(),
            menu: None,
            dialog: None,
            me_menu: false,
            whim: Whim::Removes,
            landings: BTreeMap::new(),
            lost: false,
            captcha: false,
            turned_away: None,
            said: None,
            stood: vec![],
            rows_at: Instant::now(),
            is_searched: false,
            changed_at: Instant::now(),
            passes_stores_by: false,
        }
    }

    /// What every command costs, and whether it is the last one of the session.
    async fn command(&mut self) -> Result<(), PageError> {
        sleep(Duration::from_millis(20)).await;
        self.commands += 1;
        let mut world = self.site.world();
        world.calls += 1;
        let call = world.calls;
        self.lost |= world.lost_at.contains(&call);
        if self.lost { Err(PageError::Lost("the browser is gone".to_owned())) } else { Ok(()) }
    }

    /// What answers in the place of the server.
    fn shown_from(&self, world: &World) -> Option<Stored> {
        world.worker.as_ref().filter(|worker| worker.stubborn || !self.passes_stores_by).map(|_| Stored::Worker)
    }

    fn rows(&self, world: &World) -> Vec<String> {
        let waits = Instant::now() < self.rows_at;
        if waits && !(self.is_searched && world.keeps_rows) {
            return vec![];
        }
        let wanted = if waits { String::new() } else { self.filter.to_lowercase() };
        let kept = world.worker.as_ref().filter(|_| self.shown_from(world).is_some()).map(|worker| &worker.people);
        let rows = kept.unwrap_or(&world.people).iter().filter(|(_, name)| name.to_lowercase().contains(&wanted));
        let rows = rows.filter(|(slug, _)| wanted.is_empty() || !world.hidden.contains(*slug));
        rows.map(|(slug, _)| slug.clone()).collect()
    }

    /// Whether a target is displayed, for the person that the look is about.
    fn shows(&self, target: &str, slug: &str, world: &World) -> bool {
        let card = || !world.unidentified.contains(slug) && self.rows(world).iter().any(|row| row == slug);
        self.loaded
            && match target {
                "me_button" | "me_photo" | "name_filter" | "list_ready" | "list_total" => true,
                "view_profile" => {
                    self.me_menu
                        && !(world.menuless && self.id > 1)
                        && !(world.bare_where_empty && self.rows(world).is_empty())
                }
                "any_card" => !self.rows(world).is_empty(),
                "empty_notice" => self.rows(world).is_empty(),
                "card" | "card_menu" => card(),
                "remove_item" => card() && self.menu.as_deref() == Some(slug),
                "confirm_box" | "confirm_yes" | "profile_confirm_box" | "profile_confirm_yes" => self.dialog.is_some(),
                "other_profile" => world.moved_away.iter().any(|moved| moved == slug),
                "profile" => !world.moved_away.iter().any(|moved| moved == slug),
                "first_degree" | "profile_more" => world.people.contains_key(slug),
                "not_connected" | "connect_offer" => !world.people.contains_key(slug),
                "profile_remove" => self.menu.as_deref() == Some(slug),
                "missing_profile" | "own_profile" | "hidden_member" | "pending_invitation" | "follow_offer"
                | "other_degree" => false,
                other => panic!("the site has no `{other}`"),
            }
    }

    /// Whether the list was drawn for what was searched, or was still for so long that it is taken for drawn.
    fn is_drawn(&self, draw: &Draw) -> bool {
        let waits = Instant::now() < self.rows_at;
        let still = u64::from(draw.or_still_ms.unwrap_or(u32::MAX));
        (self.is_searched && !waits) || self.changed_at.elapsed() >= Duration::from_millis(still)
    }

    fn holds(&self, want: &Want, look: &Look, world: &World) -> bool {
        let slug = look.values.get("slug").map_or("", String::as_str);
        let name = look.values.get("name").map_or("", String::as_str);
        want.see.iter().all(|target| self.shows(target, slug, world))
            && !want.gone.iter().any(|target| self.shows(target, slug, world))
            && want.drawn.iter().all(|list| self.is_drawn(&look.draws[list]))
            && want.witness.iter().all(|_| {
                let is_bare = |row: &String| world.unidentified.contains(row);
                self.loaded
                    && self.filter == name
                    && !self.shows("card", slug, world)
                    && !self.rows(world).iter().any(is_bare)
            })
    }

    fn found(&self, target: &str, slug: &str, world: &World) -> Found {
        let read =
            |pairs: &[(&str, String)]| pairs.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
        let named = world.renamed.as_ref().filter(|(from, _)| from == slug).map_or(slug, |(_, to)| to.as_str());
        let read = match target {
            "card" | "profile" => read(&[("name", world.name(slug)), ("slug", named.to_owned())]),
            "list_total" => read(&[("total", world.total().to_string())]),
            "view_profile" => read(&[("slug", world.me.clone())]),
            "me_photo" => read(&[("name", world.shown_name())]),
            _ => BTreeMap::new(),
        };
        let dialog =
            self.dialog.as_ref().filter(|_| target.ends_with("confirm_box")).map(|(_, name)| format!("Remove {name}?"));
        Found {
            count: 1,
            winner: Some(u32::from(world.by_fallback && target == "card_menu")),
            role: if target.ends_with("confirm_box") { "dialog" } else { "" }.to_owned(),
            name: dialog.unwrap_or_else(|| if target == "card_menu" { "Follow".to_owned() } else { String::new() }),
            rect: Some(Rect { x: 10.0, y: 10.0, width: 100.0, height: 20.0 }),
            read,
            refused: None,
        }
    }

    /// The armed click, or why it cannot be armed.
    fn arm(&self, look: &Look, world: &World) -> Result<Option<Armed>, Refused> {
        let Some(arm) = &look.arm else { return Ok(None) };
        let slug = look.values.get("slug").map_or("", String::as_str);
        let refuse = |kind, why: &str| Err(Refused::new(kind, arm.target.clone(), why));
        if !self.shows(&arm.target, slug, world) {
            return refuse(Refusal::NotFound, "is not there");
        }
        if world.ambiguous && arm.target == "card_menu" {
            return refuse(Refusal::Ambiguous, "is there twice");
        }
        let begins = |name: &str| format!("{} ", name_of(slug)).starts_with(&format!("{name} "));
        let other = self.dialog.as_ref().is_some_and(|(_, name)| !begins(name));
        if other && arm.guard.iter().any(|guard| guard.starts_with("same_")) {
            return refuse(Refusal::Guard, "the dialog names somebody else");
        }
        if self.dialog.is_some()
            && let Some(text) = world.dialog_says
            && !accepts(look, text)
        {
            let (language, said, text) = ("en".to_owned(), text.replace("{first}", &name_of(slug)), text.to_owned());
            let unread = Some(Box::new(Unread { language, said, text, button: "Remove".to_owned() }));
            let refused = Refused::new(Refusal::Guard, "same_person", "the dialog says what no known text says");
            return Err(Refused { unread, ..refused });
        }
        Ok(Some(Armed {
            element: format!("{}/{slug}", arm.target),
            token: arm.token.clone(),
            rect: Rect { x: 10.0, y: 10.0, width: 50.0, height: 10.0 },
            name: arm.target.clone(),
        }))
    }

    fn document(&self, world: &World) -> Document {
        Document {
            address: "http://127.0.0.1:1/mynetwork/".to_owned(),
            title: "Connections".to_owned(),
            language: "en".to_owned(),
            generation: Some("sdui-2026".to_owned()),
            http_status: Some(200),
            throttled: world.throttled,
            visible: true,
            id: self.id.to_string(),
            viewport: (1280.0, 800.0, 1.0),
            stored: self.shown_from(world),
        }
    }

    fn sight(&self, status: Status, met: Option<usize>, look: &Look) -> Sight {
        let world = self.site.world();
        let slug = look.values.get("slug").map_or("", String::as_str);
        let shown = look.targets.keys().filter(|target| self.shows(target, slug, &world));
        Sight {
            status,
            met,
            page: self.document(&world),
            found: shown.map(|target| (target.clone(), self.found(target, slug, &world))).collect(),
            layers: u32::from(self.menu.is_some() || self.me_menu),
            dialog: None,
            draws: BTreeMap::new(),
            stop: None,
            said: self.news(look, &world),
            stood: look.aftermath.then(|| self.stood.clone()),
            identity: Some(BTreeMap::from([
                ("name".to_owned(), world.shown_name()),
                ("photo".to_owned(), world.picture.clone()),
            ])),
            armed: None,
            refused: None,
            click: look.armed_before.as_ref().map(|token| self.landings.get(token).cloned().unwrap_or(Landing::Landed)),
        }
    }

    /// The stop sign that a look meets.
    fn sign(&self, look: &Look) -> Option<&'static str> {
        let mut world = self.site.world();
        if let Some((_, picture, me)) = world.turns_into.filter(|(from, ..)| world.looks >= *from) {
            (world.picture, world.me) = (picture.to_owned(), me.to_owned());
        }
        let known = look.identity.as_ref().and_then(|identity| identity.expect.get("photo"));
        let strange = known.is_some_and(|known| !world.picture.is_empty() && !known.contains(&world.picture));
        let is_late = matches!(self.whim, Whim::TurnsAwayLate(_)) && look.armed_before.is_some();
        strange
            .then_some("other_account")
            .or(world.sign.filter(|(from, _)| world.looks >= *from).map(|(_, sign)| sign))
            .or(world.limited_from.filter(|from| *from <= Instant::now()).map(|_| "limit_notice"))
            .or_else(|| self.captcha.then_some("captcha"))
            .or(self.turned_away.filter(|_| look.aftermath && !is_late))
    }

    /// Whether the list cannot be read in a look at the question.
    fn is_blind(&self, look: &Look) -> bool {
        let asks = look.wants.iter().any(|want| !want.witness.is_empty()) && look.arm.is_none();
        let mut world = self.site.world();
        let blind = asks && world.blind > 0 && !world.times.is_empty();
        world.blind -= u32::from(blind);
        blind
    }

    /// Which of the wants holds.
    fn met(&self, look: &Look) -> Option<usize> {
        let world = self.site.world();
        look.wants.iter().position(|want| self.holds(want, look, &world))
    }

    /// Whether a look waits until the site has answered the click before it.
    fn waits_for_an_answer(&self, look: &Look) -> bool {
        look.aftermath && look.wants.is_empty() && self.said.is_some_and(|(at, _)| at > Instant::now())
    }

    /// When the next thing shows by itself.
    fn next_change(&self, look: &Look) -> Option<Instant> {
        let now = Instant::now();
        let still = look.draws.values().filter_map(|draw| draw.or_still_ms);
        let still = still.map(|still| self.changed_at + Duration::from_millis(still.into()));
        let said = self.said.map(|(at, _)| at);
        still.chain([self.rows_at]).chain(said).filter(|at| *at > now).min()
    }

    /// What notices say that they did not say as the click arrived.
    fn news(&self, look: &Look, world: &World) -> Option<String> {
        let stood = look.stood.as_ref().or(look.aftermath.then_some(&self.stood))?;
        self.notices(world).into_iter().find(|words| !stood.contains(words))
    }

    /// What notices say at this moment, those of the whole site first.
    pub(super) fn notices(&self, world: &World) -> Vec<String> {
        let all = world.notice.map(|(from, words, _)| (from, words)).into_iter().chain(self.said);
        all.filter(|(from, _)| *from <= Instant::now()).map(|(_, words)| words.to_owned()).collect()
    }

    fn stop(&self, look: &Look, sign: &str) -> Sight {
        let stop = Some(Shown { sign: sign.to_owned(), why: format!("the page shows {sign}") });
        Sight { stop, ..self.sight(Status::Stop, None, look) }
    }
}

impl Page for Tab {
    async fn goto(&mut self, path: &str) -> Result<(), PageError> {
        assert!(path.starts_with('/'), "{path}");
        self.command().await?;
        let mut world = self.site.world();
        world.settle(Instant::now());
        world.documents += 1;
        if path.starts_with("/in/") {
            world.viewed();
        }
        if let Some((_, me)) = world.session_of.filter(|(from, _)| world.looks >= *from) {
            me.clone_into(&mut world.me);
        }
        self.id = world.documents;
        let slow = world.list_slow_for;
        drop(world);
        (self.loaded, self.menu, self.dialog, self.me_menu) = (true, None, None, false);
        self.filter.clear();
        (self.turned_away, self.said, self.is_searched) = (None, None, false);
        self.stood.clear();
        (self.changed_at, self.rows_at) = (Instant::now(), Instant::now() + slow);
        Ok(())
    }

    async fn pass_stores_by(&mut self) -> Result<u32, PageError> {
        self.command().await?;
        self.passes_stores_by = true;
        Ok(self.site.world().loads)
    }

    async fn rows(&mut self, rows: &Rows) -> Result<RowSlice, PageError> {
        panic!("a run reads no list: {}", rows.row)
    }

    async fn look(&mut self, look: &Look) -> Result<Sight, PageError> {
        self.command().await?;
        self.site.world().looks += 1;
        let until = Instant::now() + Duration::from_millis(look.within_ms);
        let is_blind = self.is_blind(look);
        let met = loop {
            if let Some(sign) = self.sign(look) {
                return Ok(self.stop(look, sign));
            }
            let met = self.met(look).filter(|_| !is_blind);
            // Nothing changes by itself but that the rows come, and what the site answers to a click.
            let next = self.next_change(look).filter(|at| *at <= until);
            match next {
                Some(next) if (met.is_none() && !look.wants.is_empty()) || self.waits_for_an_answer(look) => {
                    tokio::time::sleep_until(next).await;
                }
                _ => break met,
            }
        };
        if met.is_none() && !look.wants.is_empty() {
            tokio::time::sleep_until(until).await;
            let refused = Refused::new(Refusal::NotFound, "", "nothing that was wanted shows");
            return Ok(Sight { refused: Some(refused), ..self.sight(Status::TimedOut, None, look) });
        }
        let arms = look.arm_when.is_empty() || met.is_some_and(|met| look.arm_when.contains(&met));
        let armed = if arms { self.arm(look, &self.site.world()) } else { Ok(None) };
        Ok(match armed {
            Ok(armed) => Sight { armed, ..self.sight(Status::Met, met, look) },
            Err(refused) => Sight { refused: Some(refused), ..self.sight(Status::Refused, met, look) },
        })
    }

    async fn click(&mut self, armed: &Armed) -> Result<(), PageError> {
        self.command().await?;
        let (target, slug) = armed.element.split_once('/').unwrap();
        self.site.world().pressed += u32::from(target == "card_menu");
        match target {
            "me_button" => self.me_menu = true,
            "card_menu" if self.site.world().stuck.iter().any(|stuck| stuck == slug) => {}
            "card_menu" | "profile_more" => self.menu = Some(slug.to_owned()),
            "remove_item" | "profile_remove" => self.first_click(&armed.token, slug)?,
            "confirm_yes" | "profile_confirm_yes" => self.second_click(&armed.token, slug)?,
            other => panic!("nobody clicks `{other}`"),
        }
        // The answer is on its way: whoever gives up now does not know that the click arrived.
        sleep(Duration::from_millis(20)).await;
        Ok(())
    }

    async fn fill(&mut self, armed: &Armed, text: &str) -> Result<(), PageError> {
        assert!(armed.element.starts_with("name_filter/"), "{armed:?}");
        self.command().await?;
        text.clone_into(&mut self.filter);
        let slow = self.site.world().list_slow_for;
        (self.is_searched, self.changed_at, self.rows_at) = (true, Instant::now(), Instant::now() + slow);
        Ok(())
    }

    async fn type_secret(&mut self, armed: &Armed, _: Credential, _: &SecretString) -> Result<(), PageError> {
        panic!("nothing here takes a secret: {armed:?}");
    }

    async fn snapshot(&mut self) -> Result<String, PageError> {
        panic!("a removal keeps no snapshot");
    }

    async fn press(&mut self, key: &str) -> Result<(), PageError> {
        assert_eq!(key, "Escape");
        assert!(self.menu.is_some() || self.me_menu, "an Escape where nothing is open");
        self.command().await?;
        (self.menu, self.me_menu) = (None, false);
        Ok(())
    }

    async fn answer(&mut self, text: &str, _with: Reply) -> Result<(), PageError> {
        panic!("the site asks nothing, not even `{text}`");
    }

    async fn shot(&mut self, clip: Option<Rect>) -> Result<Photo, PageError> {
        self.command().await?;
        self.site.world().wholes.push(clip.is_none());
        if self.site.world().dark {
            return Err(PageError::Refused("it is dark".to_owned()));
        }
        Ok(Photo { png: picture(), masks: vec![] })
    }

    fn commands(&self) -> u64 {
        self.commands
    }
}

pub(super) fn picture() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::RgbImage::new(4, 3).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}
