//! What the site is like: its people, its pages, its pace and what goes wrong.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::event::id::Slug;

use super::chance;
use super::fault::Fault;

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

/// A word that the closed grammar of a choice does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadChoice {
    /// What was given.
    pub text: String,
    /// What it should have been, and what is allowed.
    pub want: String,
}

impl fmt::Display for BadChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: {}", self.text.escape_debug(), self.want)
    }
}

impl std::error::Error for BadChoice {}

macro_rules! choice {
    ($(#[$doc:meta])* $name:ident, $what:literal, { $($(#[$item_doc:meta])* $item:ident => $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$item_doc])* $item,)+
        }

        impl $name {
            /// Every choice, in the order of the help text.
            pub const ALL: &[Self] = &[$(Self::$item),+];

            /// The word of the command line.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$item => $word,)+
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = BadChoice;

            fn from_str(text: &str) -> Result<Self, BadChoice> {
                Self::ALL.iter().find(|item| item.as_str() == text).copied().ok_or_else(|| BadChoice {
                    text: text.to_owned(),
                    want: format!(concat!("no ", $what, "; there are {}"), ticked(Self::ALL)),
                })
            }
        }
    };
}

choice!(
    /// A page of the site.
    Page, "page", {
        /// The list of connections.
        Connections => "connections",
        /// One person's profile.
        Profile => "profile",
        /// The first page after signing in.
        Feed => "feed",
        /// People search.
        Search => "search",
        /// The manager of followed people.
        Following => "following",
        /// Sent invitations.
        Invitations => "invitations",
        /// Settings.
        Settings => "settings",
        /// Closing the account.
        Close => "close",
        /// Hibernating the account.
        Hibernate => "hibernate",
        /// Asking for the archive of one's data.
        Export => "export",
        /// The account's own profile as people see it who are not signed in.
        Public => "public",
    }
);

choice!(
    /// A generation of the UI.
    Generation, "generation", {
        /// The contacts app of 2013 to 2016.
        Contacts2014 => "contacts-2014",
        /// Ember with BEM classes, 2020 to 2025.
        Ember2020 => "ember-2020",
        /// Early server-driven pages.
        Sdui2025 => "sdui-2025",
        /// Server-driven pages from spring 2026.
        Sdui2026 => "sdui-2026",
        /// The mobile site.
        Mobile => "mobile",
    }
);

choice!(
    /// A language of the pages.
    Language, "language of the practice site", {
        /// English.
        En => "en",
        /// German.
        De => "de",
    }
);

choice!(
    /// How long the site takes.
    Latency, "latency", {
        /// As observed: list calls of 0.25 to 0.55 s with stalls of several seconds now and then.
        Realistic => "realistic",
        /// Short and always the same. One removal's own delays (menu 40, dialog 40, server 60) sum to 140 ms; a list call
        /// and the pause after a keystroke take 20 ms each.
        Fixed => "fixed",
        /// No delay of its own.
        None => "none",
    }
);

choice!(
    /// What the bar shows of the account's own picture.
    #[derive(Default)]
    Picture, "own picture", {
        /// The picture.
        #[default]
        Photo => "photo",
        /// The picture, some time after everything else; a placeholder until then.
        Late => "late",
        /// Always a placeholder: the picture cannot be loaded.
        Placeholder => "placeholder",
        /// The first letters of the name: there is no picture.
        Initials => "initials",
    }
);

choice!(
    /// Which regions of newer pages say that they are the main one.
    #[derive(Default)]
    Regions, "kind of regions", {
        /// One.
        #[default]
        One => "one",
        /// One inside another.
        Nested => "nested",
        /// Two beside each other: nobody can tell which is meant.
        Two => "two",
    }
);

choice!(
    /// What the last page of a closure says of the way back.
    #[derive(Default)]
    WayBack, "way back", {
        /// Until which day.
        #[default]
        Date => "date",
        /// For how many days.
        Days => "days",
    }
);

choice!(
    /// Whether visitors must sign in.
    SignIn, "way to sign in", {
        /// Every visitor is signed in.
        Open => "open",
        /// Through the form of 2026, with [`Scenario::credentials`].
        Form => "form",
        /// Through the form that was there before.
        Classic => "classic",
    }
);

impl Page {
    /// The generations that this page is built in; none where the page is not built.
    #[must_use]
    pub fn built(self) -> &'static [Generation] {
        match self {
            Self::Connections | Self::Feed => &[Generation::Ember2020, Generation::Sdui2025, Generation::Sdui2026],
            Self::Profile => &[Generation::Ember2020, Generation::Sdui2026],
            Self::Settings | Self::Close => {
                &[Generation::Contacts2014, Generation::Ember2020, Generation::Sdui2025, Generation::Sdui2026]
            }
            Self::Hibernate | Self::Export => &[Generation::Ember2020, Generation::Sdui2025, Generation::Sdui2026],
            Self::Public => &[Generation::Ember2020, Generation::Sdui2026],
            Self::Search | Self::Following | Self::Invitations => &[],
        }
    }
}

/// Which generation each page has; pages that are not named have their newest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ui(BTreeMap<Page, Generation>);

impl Ui {
    /// Gives `page` a generation.
    ///
    /// # Errors
    /// The page is not built, or not in that generation; the error names what is.
    pub fn choose(&mut self, page: Page, generation: Generation) -> Result<(), BadChoice> {
        let built = page.built();
        if built.contains(&generation) {
            self.0.insert(page, generation);
            return Ok(());
        }
        let want = if built.is_empty() {
            format!("the practice site has no `{page}` page; built are {}", ticked(&built_pages()))
        } else {
            format!("`{page}` is not built in that generation; it is built in {}", ticked(built))
        };
        Err(BadChoice { text: format!("{page}={generation}"), want })
    }

    /// The generation of `page`, or none where that page is not built.
    #[must_use]
    pub fn of(&self, page: Page) -> Option<Generation> {
        self.0.get(&page).copied().or_else(|| page.built().last().copied())
    }
}

impl FromStr for Ui {
    type Err = BadChoice;

    /// Reads `connections=sdui-2026,profile=sdui-2026`.
    fn from_str(text: &str) -> Result<Self, BadChoice> {
        let mut ui = Self::default();
        for part in text.split(',') {
            let (page, generation) = part.split_once('=').ok_or_else(|| BadChoice {
                text: part.to_owned(),
                want: "a choice looks like `connections=sdui-2026`".to_owned(),
            })?;
            ui.choose(page.trim().parse()?, generation.trim().parse()?)?;
        }
        Ok(ui)
    }
}

/// The pages that are built in some generation.
pub(super) fn built_pages() -> Vec<Page> {
    Page::ALL.iter().copied().filter(|page| !page.built().is_empty()).collect()
}

/// Words in backticks, with commas.
pub(super) fn ticked<T: fmt::Display>(words: &[T]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
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
