//! The pages of the simulated account: what each shows, by the names of the built-in pack.

use crate::event::id::Action;

/// What a page asks that nobody may answer.
pub(super) const PROMPT: &str = "Leave this page?";

/// In which order the pages ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Variant {
    /// What is lost, the reason, the password; the last button is called "Done".
    Pages2026,
    /// The same, and the last button is called "Close account".
    ThreePages2022,
    /// The reason, the password.
    TwoPages2017,
    /// The password with a code, the reason.
    PasswordFirst,
    /// "Verify Account" with the password alone, what is lost, the reason, the last button.
    VerifiesFirst,
    /// The reason, the box about mail, "Verify Account", the last button.
    VerifiesLate,
    /// Hibernating: the reason, the password.
    Hibernates,
    /// Hibernating: the password alone.
    HibernatesAtOnce,
}

/// All of them.
pub(super) const VARIANTS: [Variant; 8] = [
    Variant::Pages2026,
    Variant::ThreePages2022,
    Variant::TwoPages2017,
    Variant::PasswordFirst,
    Variant::VerifiesFirst,
    Variant::VerifiesLate,
    Variant::Hibernates,
    Variant::HibernatesAtOnce,
];

impl Variant {
    pub(super) fn action(self) -> Action {
        match self {
            Self::Hibernates | Self::HibernatesAtOnce => Action::Hibernate,
            _ => Action::Close,
        }
    }

    pub(super) fn flow(self) -> &'static str {
        match self.action() {
            Action::Hibernate => "hibernate-account",
            _ => "close-account",
        }
    }

    /// The first page that asks something.
    pub(super) fn first(self) -> Screen {
        match self {
            Self::Pages2026 | Self::ThreePages2022 => Screen::Warning,
            Self::TwoPages2017 | Self::Hibernates | Self::VerifiesLate => Screen::Reason,
            Self::PasswordFirst | Self::VerifiesFirst => Screen::Verify,
            Self::HibernatesAtOnce => Screen::Password,
        }
    }

    /// The target that is the last button.
    pub(super) fn last_button(self) -> &'static str {
        match self.action() {
            Action::Hibernate => "hibernate_final",
            _ => "close_final",
        }
    }

    /// The page with the last button.
    pub(super) fn last_screen(self) -> Screen {
        match self {
            Self::PasswordFirst => Screen::Reason,
            Self::VerifiesFirst | Self::VerifiesLate => Screen::Last,
            _ => Screen::Password,
        }
    }

    /// The page behind the reason.
    pub(super) fn after_reason(self) -> Screen {
        match self {
            Self::VerifiesFirst => Screen::Last,
            Self::VerifiesLate => Screen::Mail,
            _ => Screen::Password,
        }
    }

    /// The page behind "Verify Account".
    pub(super) fn after_verify(self) -> Screen {
        match self {
            Self::VerifiesFirst => Screen::Warning,
            Self::VerifiesLate => Screen::Last,
            _ => Screen::Reason,
        }
    }

    /// What the last button is called.
    pub(super) fn called(self) -> &'static str {
        match self {
            Self::Pages2026 => "Done",
            Self::Hibernates | Self::HibernatesAtOnce => "Hibernate account",
            _ => "Close account",
        }
    }

    /// The target that the end page is.
    pub(super) fn end_page(self) -> &'static str {
        match self.action() {
            Action::Hibernate => "hibernated_page",
            _ => "closed_page",
        }
    }
}

/// What is in the way of closing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Block {
    Premium,
    Groups,
    Licences,
    NoPassword,
}

impl Block {
    fn target(self) -> &'static str {
        match self {
            Self::Premium => "premium_block",
            Self::Groups => "groups_block",
            Self::Licences => "licences_block",
            Self::NoPassword => "no_password_block",
        }
    }
}

/// A page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Screen {
    /// Nothing was loaded yet, or the page is empty.
    Blank,
    /// The list of connections, with the bar and its menu.
    List,
    /// The settings; on the account's own category or on another one.
    Settings { category: bool },
    /// What is lost.
    Warning,
    /// The reasons.
    Reason,
    /// The password and a code, first.
    Verify,
    /// The password.
    Password,
    /// The box about mail alone.
    Mail,
    /// The last button alone.
    Last,
    /// A page that nobody foresaw.
    Extra,
    /// A code, after the last button.
    Code,
    /// The app is asked, after the last button.
    Device,
    /// A captcha.
    Captcha,
    /// Something is in the way.
    Blocked(Block),
    /// The site says that the password or the code is not right, and asks for nothing.
    Refused,
    /// An error page of the site.
    Broken,
    /// A 429 or 999 page.
    TooMany,
    /// The account is restricted.
    Restricted,
    /// A form to sign in with.
    SignIn,
    /// The end page, with a form to sign in with or without.
    Farewell { form: bool },
    /// The end page in words that nobody knows.
    OtherWords,
    /// What a visitor sees.
    Profile,
    /// A visitor is told that there is no such profile.
    Missing,
    /// A visitor is shown the page without a name.
    Nameless,
}

impl Screen {
    /// Whether the page has the bar with the account's picture.
    pub(super) fn has_bar(self) -> bool {
        !matches!(
            self,
            Self::Blank
                | Self::Captcha
                | Self::TooMany
                | Self::Restricted
                | Self::SignIn
                | Self::Farewell { .. }
                | Self::OtherWords
                | Self::Profile
                | Self::Missing
                | Self::Nameless
        )
    }

    /// Whether it is a page of closing or hibernating.
    fn is_of_the_way(self) -> bool {
        matches!(
            self,
            Self::Warning
                | Self::Reason
                | Self::Verify
                | Self::Password
                | Self::Mail
                | Self::Last
                | Self::Extra
                | Self::Code
                | Self::Device
        )
    }

    /// The stop signs of the page.
    pub(super) fn signs(self) -> &'static [&'static str] {
        match self {
            Self::Captcha => &["captcha", "gate"],
            Self::TooMany => &["too_many_requests"],
            Self::Restricted => &["restricted", "gate"],
            Self::SignIn | Self::Farewell { form: true } => &["signed_out"],
            _ => &[],
        }
    }

    /// Whether a target is displayed, where nothing is wrong with the page.
    ///
    /// # Panics
    /// The site does not know the target: the pack has a new one, which this site has to learn.
    pub(super) fn shows(self, target: &str, variant: Variant) -> bool {
        let closes = variant.action() == Action::Close;
        let on = |screens: &[Self]| screens.contains(&self);
        let has_reason = on(&[Self::Reason]);
        match target {
            "me_button" | "me_photo" => self.has_bar(),
            "list_ready" => on(&[Self::List]),
            "settings_page" => matches!(self, Self::Settings { .. }),
            "account_page" => on(&[Self::Settings { category: true }]),
            "account_category" => matches!(self, Self::Settings { .. }),
            "close_row" | "hibernate_row" => {
                on(&[Self::Settings { category: true }]) && (target == "close_row") == closes
            }
            "own_account" => self.is_of_the_way() || self.has_bar() && !on(&[Self::List]),
            "closing_page" | "hibernate_page" => self.is_of_the_way() && (target == "closing_page") == closes,
            "close_consequences" | "hibernate_consequences" => {
                self.is_of_the_way() && (target == "close_consequences") == closes
            }
            "says_close" | "says_hibernate" => self.is_of_the_way() && (target == "says_close") == closes,
            "close_continue" | "late_continue" => on(&[Self::Warning]),
            "reason_form" => has_reason,
            "comment_box" => has_reason && variant == Variant::TwoPages2017,
            "reason_next" => has_reason && variant != Variant::PasswordFirst,
            "verify_password" | "late_password" => on(&[Self::Verify, Self::Password]),
            "verify_code" | "late_code" => on(&[Self::Verify]) && variant == Variant::PasswordFirst,
            "verify_next" | "late_verify" => on(&[Self::Verify]),
            "close_password" => on(&[Self::Password, Self::Verify]),
            "unsubscribe_box" | "early_box" => {
                on(&[Self::Password]) && closes && variant != Variant::VerifiesLate || on(&[Self::Mail])
            }
            "box_next" => on(&[Self::Mail]),
            "close_final" | "hibernate_final" => on(&[variant.last_screen()]) && target == variant.last_button(),
            "code_field" | "code_final" => on(&[Self::Code]),
            "person_needed" => on(&[Self::Device, Self::Captcha, Self::Restricted]),
            "closed_page" | "hibernated_page" => matches!(self, Self::Farewell { .. }) && target == variant.end_page(),
            "closing_refused" => on(&[Self::Refused]),
            "premium_block" | "groups_block" | "licences_block" | "no_password_block" => {
                matches!(self, Self::Blocked(block) if block.target() == target)
            }
            "public_profile" => on(&[Self::Profile]),
            "missing_profile" => on(&[Self::Missing]),
            "public_hidden" => on(&[Self::Nameless]),
            // What only some pages show, and the tab knows when.
            "view_profile" | "settings_link" | "account_management" | "wrong_password" | "wrong_again"
            | "unknown_box" | "comment_wanted" | "reason_form.option" => false,
            // What no page of this site has: the total of a list, and the text of a notice.
            "list_total" | "text" => false,
            other => panic!("the site has no `{other}`"),
        }
    }
}
