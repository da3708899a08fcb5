//! What a scenario chooses from: pages, generations, languages, and which generation each page has.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

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
    /// Whether visitors must sign in.
    SignIn, "way to sign in", {
        /// Every visitor is signed in.
        Open => "open",
        /// Through the form of 2026, with [`super::scenario::Scenario::credentials`].
        Form => "form",
        /// Through the form that was there before.
        Classic => "classic",
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
