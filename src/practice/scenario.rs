//! What the site is like: its people, its pages, its pace and what goes wrong.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::event::id::Slug;

use super::chance;
pub use super::choice::{BadChoice, Generation, Language, Latency, Page, Picture, Regions, SignIn, Ui, WayBack};
use super::fault::Fault;
use super::vary::Family;

/// Everything that decides how the site behaves. The same scenario always gives the same site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scenario {
    /// Where all chance comes from.
    pub seed: u64,
    /// How many connections the account has, hidden members included.
    pub people: usize,
    /// Whose account it is.
    pub me: Slug,
    /// The language of the pages.
    pub language: Language,
    /// Which generation of the UI each page has.
    pub ui: Ui,
    /// What goes wrong, and when.
    pub faults: Vec<Fault>,
    /// How long the site takes.
    pub latency: Latency,
    /// On how many people of a hundred the row's menu ignores the first click after each load.
    pub ignored_clicks: Percent,
    /// Whether visitors must sign in.
    pub sign_in: SignIn,
    /// The account's password; without one it is made from the seed.
    pub password: Option<String>,
    /// What protects the site's forms, in hidden fields, in data blocks and in a cookie; without it every browser gets
    /// a token of its own. Plain ASCII without spaces, quotes and semicolons, since it is a cookie too.
    pub csrf: Option<String>,
    /// How long the archive of the data takes.
    pub export_delay: Duration,
    /// What the facts do not pin.
    pub vary: Vary,
}

/// What the facts do not pin, one part each: a pack that fits one of these only is not right.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Vary {
    /// What the bar shows of the account's own picture.
    pub picture: Picture,
    /// How long the list waits after the last key before it asks for what was typed. Its rows stay until the answer is there,
    /// and are all replaced then. Without it the list is emptied at once, and waits as long as the latency says.
    pub debounce: Option<Duration>,
    /// What the last page says of the way back.
    pub way_back: WayBack,
    /// Which regions of newer pages say that they are the main one.
    pub regions: Regions,
    /// How much longer each answer of the list takes.
    pub reply: Duration,
    /// Everything else that a family of sites draws.
    pub family: Family,
}

impl From<Family> for Vary {
    fn from(family: Family) -> Self {
        let time = |name: &str| family.of(name).strip_suffix("ms").and_then(|time| time.parse().ok());
        let regions = family.of("regions").parse().expect("the dimension has the words of this choice");
        let picture = family.of("picture").parse().expect("the dimension has the words of this choice");
        let debounce = time("debounce").map(Duration::from_millis);
        let reply = time("reply").map(Duration::from_millis).unwrap_or_default();
        Self { picture, debounce, way_back: WayBack::default(), regions, reply, family }
    }
}

impl Default for Scenario {
    fn default() -> Self {
        Self {
            seed: 1,
            people: 60,
            me: "robin-practice".parse().expect("a plain word is a slug"),
            language: Language::En,
            ui: Ui::default(),
            faults: Vec::new(),
            latency: Latency::Realistic,
            ignored_clicks: Percent::new(10).expect("10 is at most 100"),
            sign_in: SignIn::Open,
            password: None,
            csrf: None,
            export_delay: Duration::from_secs(2),
            vary: Vary::default(),
        }
    }
}

impl Scenario {
    /// What the sign-in form accepts, and what closing the account asks for. Good for this site only.
    #[must_use]
    pub fn credentials(&self) -> Credentials {
        Credentials {
            user: format!("{}@practice.invalid", self.me.encoded()),
            password: self.password.clone().unwrap_or_else(|| {
                format!("practice-{}", &chance::token(self.seed, "password", self.me.as_str())[..8])
            }),
        }
    }
}

/// A user and a password of the practice site; neither is a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The user, which looks like an e-mail address.
    pub user: String,
    /// The password.
    pub password: String,
}

/// A whole number of hundredths, 0 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Percent(u8);

impl Percent {
    /// None above 100.
    #[must_use]
    pub fn new(percent: u8) -> Option<Self> {
        (percent <= 100).then_some(Self(percent))
    }

    /// The number, 0 to 100.
    #[must_use]
    pub fn get(self) -> u8 {
        self.0
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Percent {
    type Err = BadChoice;

    fn from_str(text: &str) -> Result<Self, BadChoice> {
        text.parse()
            .ok()
            .and_then(Self::new)
            .ok_or_else(|| BadChoice { text: text.to_owned(), want: "a whole number from 0 to 100".to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ui_choice_names_page_and_generation() {
        let ui: Ui = "connections=sdui-2026,profile=sdui-2026".parse().unwrap();
        assert_eq!(ui.of(Page::Connections), Some(Generation::Sdui2026));
        assert_eq!(Ui::default().of(Page::Close), Some(Generation::Sdui2026));
        assert_eq!(Ui::default().of(Page::Search), None);
    }

    #[test]
    fn what_is_not_built_is_refused_with_what_is() {
        let says = |text: &str| text.parse::<Ui>().unwrap_err().to_string();
        assert_eq!(
            says("connections=contacts-2014"),
            "`connections=contacts-2014`: `connections` is not built in that generation; \
             it is built in `ember-2020`, `sdui-2025`, `sdui-2026`"
        );
        assert_eq!(
            says("search=sdui-2026"),
            "`search=sdui-2026`: the practice site has no `search` page; built are `connections`, `profile`, `feed`, \
             `settings`, `close`, `hibernate`, `export`, `public`"
        );
        assert!(says("home=sdui-2026").contains("there are `connections`, `profile`"));
        assert!(says("connections=g3").contains("`sdui-2025`, `sdui-2026`, `mobile`"));
        assert!(says("connections").contains("looks like `connections=sdui-2026`"));
    }

    #[test]
    fn percent_is_at_most_a_hundred() {
        assert_eq!("100".parse::<Percent>().unwrap().get(), 100);
        for text in ["101", "-1", "256", "ten", ""] {
            assert!(text.parse::<Percent>().is_err(), "{text}");
        }
    }

    #[test]
    fn credentials_follow_the_seed() {
        let other = Scenario { seed: 2, ..Scenario::default() };
        assert_eq!(Scenario::default().credentials(), Scenario::default().credentials());
        assert_ne!(Scenario::default().credentials().password, other.credentials().password);
        let chosen = Scenario { password: Some("canary".to_owned()), ..Scenario::default() };
        assert_eq!(chosen.credentials().password, "canary");
    }
}
