//! The faults, one row each: the word, where it fits, when it strikes, what it does.

use std::time::Duration;

use crate::practice::choice::Page;

use super::place::Place;

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Answered with status 429; a page without `<main>`.
    TooMany,
    /// Answered with status 999.
    Blocked,
    /// Answered with status 500; nothing is done.
    Broken,
    /// Never answered; nothing is done.
    Hang,
    /// A page or list call is answered that much later; a removal is answered at once and done that much later.
    Slow(Duration),
    /// Redirected to a security check with a captcha frame.
    Captcha,
    /// Redirected to a challenge that asks for a code.
    Checkpoint,
    /// Redirected to "Something isn’t quite right".
    Unusual,
    /// Redirected to the sign-in page; where people sign in through the form, the session is ended.
    SignedOut,
    /// Redirected to the notice of a restricted account.
    Restricted,
    /// The page with a notice that a limit was reached.
    LimitNotice,
    /// The page of somebody else's account.
    OtherAccount,
    /// The page with a cookie banner over its lower edge.
    CookieBanner,
    /// The page with menus that do not open.
    NoMenu,
    /// Redirected to a challenge that asks for the second step's code.
    TwoStep,
    /// The page with a dialog that says that a limit was reached.
    LimitDialog,
    /// Redirected to the wall that asks strangers to join.
    AuthWall,
    /// Only the shell, which loads for ever.
    Loader,
    /// The page with a `window.alert` soon after it loaded.
    Alert,
    /// The page that asks before it is left.
    BeforeUnload,
    /// A document of 100,000 rows and some 50 MB.
    Huge,
    /// The page whose removal asks with `window.confirm`.
    Confirm,
    /// The page whose menu item removes at once.
    NoDialog,
    /// The page whose dialog names somebody else.
    OtherName,
    /// The page whose dialog says more than anybody was told of.
    OtherWords,
    /// The page with two equal items that remove.
    Twins,
    /// The page whose item is named "Remove connection", shows "Report / Block" and blocks.
    Swapped,
    /// The page that replaces an open menu's items by equal ones.
    Stale,
    /// The page whose messaging corner lies over menus and dialogs.
    Overlay,
    /// The list whose rows change places when the pointer comes.
    Reorder,
    /// Redirected to an address that the person took meanwhile.
    Renamed,
    /// The server refuses the removal, although the row goes away.
    Refuse,
    /// The server says that it was done, and does nothing.
    NoOp,
    /// The server does it and answers with status 500.
    AnswerBroken,
    /// The server does it and never answers.
    AnswerNever,
    /// The request never gets an answer, and nothing is done.
    NeverApplied,
    /// The server refuses the removal, and its search does not find the person any more.
    Hide,
    /// The server refuses the removal, and the page shows a notice.
    Toast,
    /// The server takes out somebody else in the person's place.
    Another,
    /// A Premium membership is in the way.
    Premium,
    /// Owned groups are in the way.
    Groups,
    /// Licences of an organization are in the way.
    Licences,
    /// The account has no password of this site.
    NoPassword,
    /// The right password is refused.
    WrongPassword,
    /// A code is mailed and asked for after the password.
    Code,
    /// The app must approve after the password.
    Device,
    /// The password field becomes a text field with the first keystroke.
    TextField,
    /// The page writes what is typed into an attribute and into a visible text.
    Mirrored,
    /// The password field is in a frame of another origin.
    Frame,
    /// The page with the password is on another port.
    Elsewhere,
    /// The page with the password is on another name of this machine.
    ElsewhereHost,
    /// The page leaves for another origin when the password field gets the focus.
    Redirect,
    /// The row in the settings is missing.
    Moved,
    /// The last button has another name.
    RenamedButton,
    /// There is a page more, which nobody knows.
    ExtraPage,
    /// The archive takes a day.
    ExportSlow,
    /// Half of the archive comes, as if it were all.
    ArchiveCut,
    /// Fetching the archive is answered with nothing.
    ArchiveMissing,
}

/// At which point of a page's way a kind strikes. At places that are no pages everything strikes at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::practice) enum Moment {
    /// A load of any of the page's documents.
    Load,
    /// A load of the settings that lead to the page.
    Row,
    /// A load of the first document.
    Opening,
    /// A load of the document that asks for the password.
    Secret,
    /// An answer to the question for the reason.
    Reason,
    /// A right password.
    Password,
    /// Everything is answered, and what was asked for is to be done.
    Deed,
    /// The archive is fetched.
    Fetch,
}

/// Which places a kind fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fits {
    Everywhere,
    Pages,
    Inside,
    Gates,
    Acting,
    Connections,
    Profile,
    Deeds,
    Removal,
    Leaving,
    Closing,
    Export,
}

/// One word of the grammar: the word, an example of the kind, where it fits, what it does.
pub(super) struct Row(pub(super) &'static str, pub(super) Kind, pub(super) Fits, pub(super) &'static str);

pub(super) const ROWS: &[Row] = &[
    Row("429", Kind::TooMany, Fits::Everywhere, "answers 429; a page without <main>"),
    Row("999", Kind::Blocked, Fits::Everywhere, "answers 999"),
    Row("500", Kind::Broken, Fits::Everywhere, "answers 500; nothing is done"),
    Row("hang", Kind::Hang, Fits::Everywhere, "never answers; nothing is done"),
    Row("slow", Kind::Slow(Duration::ZERO), Fits::Everywhere, "needs =TIME: answers later; a removal is done later"),
    Row("captcha", Kind::Captcha, Fits::Gates, "redirects to a captcha"),
    Row("checkpoint", Kind::Checkpoint, Fits::Gates, "redirects to a challenge that asks for a code"),
    Row("unusual", Kind::Unusual, Fits::Gates, "redirects to \"Something isn’t quite right\""),
    Row("signed-out", Kind::SignedOut, Fits::Pages, "redirects to the sign-in page"),
    Row("restricted", Kind::Restricted, Fits::Gates, "redirects to the notice of a restricted account"),
    Row("limit-notice", Kind::LimitNotice, Fits::Inside, "the page says that a limit was reached"),
    Row("other-account", Kind::OtherAccount, Fits::Inside, "the page belongs to somebody else's account"),
    Row("cookie-banner", Kind::CookieBanner, Fits::Inside, "a cookie banner covers the page's lower edge"),
    Row("two-step", Kind::TwoStep, Fits::Gates, "redirects to a challenge that asks for the second step"),
    Row("authwall", Kind::AuthWall, Fits::Pages, "redirects to the wall that asks strangers to join"),
    Row("loader", Kind::Loader, Fits::Pages, "only the shell comes, and loads for ever"),
    Row("alert", Kind::Alert, Fits::Inside, "a window.alert soon after the page loaded"),
    Row("beforeunload", Kind::BeforeUnload, Fits::Inside, "the page asks before it is left"),
    Row("limit-dialog", Kind::LimitDialog, Fits::Inside, "a dialog says that a limit was reached"),
    Row("huge", Kind::Huge, Fits::Inside, "a document of 100,000 rows, some 50 MB"),
    Row("no-menu", Kind::NoMenu, Fits::Acting, "the menus do not open"),
    Row("confirm", Kind::Confirm, Fits::Acting, "the removal asks with window.confirm, not with a dialog"),
    Row("no-dialog", Kind::NoDialog, Fits::Acting, "the menu item removes, nothing asks"),
    Row("other-name", Kind::OtherName, Fits::Acting, "the dialog names somebody else"),
    Row("other-words", Kind::OtherWords, Fits::Acting, "the dialog says more than is known of it"),
    Row("twins", Kind::Twins, Fits::Acting, "the menu has two equal items that remove"),
    Row("swapped", Kind::Swapped, Fits::Acting, "the item named \"Remove\" shows \"Report / Block\", and blocks"),
    Row("stale", Kind::Stale, Fits::Acting, "an open menu's items are replaced by equal ones"),
    Row("overlay", Kind::Overlay, Fits::Acting, "the messaging corner lies over menus and dialogs"),
    Row("reorder", Kind::Reorder, Fits::Connections, "rows change places when the pointer comes"),
    Row("renamed", Kind::Renamed, Fits::Profile, "redirects to the person's new address"),
    Row("refuse", Kind::Refuse, Fits::Deeds, "refuses; a removal's row goes away all the same"),
    Row("no-op", Kind::NoOp, Fits::Deeds, "says done, does nothing"),
    Row("answer-500", Kind::AnswerBroken, Fits::Deeds, "does it, then answers 500"),
    Row("answer-never", Kind::AnswerNever, Fits::Deeds, "does it, then never answers"),
    Row("never-applied", Kind::NeverApplied, Fits::Deeds, "never answers; nothing is done"),
    Row("hide", Kind::Hide, Fits::Removal, "refuses; the search does not find the person any more"),
    Row("toast", Kind::Toast, Fits::Removal, "refuses; the page shows a notice that it failed, in words of its own"),
    Row("another", Kind::Another, Fits::Removal, "takes out somebody else in the person's place, and says done"),
    Row("premium", Kind::Premium, Fits::Closing, "a Premium membership is in the way"),
    Row("groups", Kind::Groups, Fits::Closing, "owned groups are in the way"),
    Row("licences", Kind::Licences, Fits::Closing, "licences of an organization are in the way"),
    Row("no-password", Kind::NoPassword, Fits::Leaving, "the account has no password; one must be set first"),
    Row("wrong-password", Kind::WrongPassword, Fits::Leaving, "refuses the right password, without :N the 1st time"),
    Row("code", Kind::Code, Fits::Leaving, "asks for a mailed code after the password"),
    Row("device", Kind::Device, Fits::Leaving, "waits for `POST /approve` after the password"),
    Row("text-field", Kind::TextField, Fits::Leaving, "the password field shows what is typed"),
    Row("mirrored", Kind::Mirrored, Fits::Leaving, "the page writes the password into itself"),
    Row("frame", Kind::Frame, Fits::Leaving, "the password field is in a frame of another origin"),
    Row("elsewhere", Kind::Elsewhere, Fits::Leaving, "the page with the password is on another port"),
    Row("elsewhere-host", Kind::ElsewhereHost, Fits::Leaving, "the same on `localhost` against `127.0.0.1`"),
    Row("redirect", Kind::Redirect, Fits::Leaving, "leaves for another port when the password gets the focus"),
    Row("moved", Kind::Moved, Fits::Leaving, "the row in the settings is missing"),
    Row("renamed-button", Kind::RenamedButton, Fits::Leaving, "the last button has another name"),
    Row("extra-page", Kind::ExtraPage, Fits::Leaving, "a page more, which nobody knows"),
    Row("export-slow", Kind::ExportSlow, Fits::Export, "the archive takes a day"),
    Row("archive-cut", Kind::ArchiveCut, Fits::Export, "half of the archive comes, as if it were all"),
    Row("archive-missing", Kind::ArchiveMissing, Fits::Export, "fetching the archive is answered with nothing"),
];

impl Fits {
    pub(super) fn says(self) -> &'static str {
        match self {
            Self::Everywhere => "everywhere",
            Self::Pages => "pages",
            Self::Inside => "pages but `public`",
            Self::Gates => "pages, sign-in",
            Self::Acting => "connections, profile",
            Self::Connections => "connections",
            Self::Profile => "profile",
            Self::Deeds => "remove, close, hibernate",
            Self::Removal => "remove",
            Self::Leaving => "close, hibernate",
            Self::Closing => "close",
            Self::Export => "export",
        }
    }

    pub(super) fn has(self, place: Place) -> bool {
        match self {
            Self::Everywhere => true,
            Self::Pages => matches!(place, Place::Page(_)),
            Self::Inside => matches!(place, Place::Page(page) if page != Page::Public),
            Self::Gates => matches!(place, Place::Page(_) | Place::SignIn),
            Self::Acting => matches!(place, Place::Page(Page::Connections | Page::Profile)),
            Self::Connections => place == Place::Page(Page::Connections),
            Self::Profile => place == Place::Page(Page::Profile),
            Self::Deeds => place == Place::Remove || Self::Leaving.has(place),
            Self::Removal => place == Place::Remove,
            Self::Leaving => matches!(place, Place::Page(Page::Close | Page::Hibernate)),
            Self::Closing => place == Place::Page(Page::Close),
            Self::Export => place == Place::Page(Page::Export),
        }
    }
}

impl Kind {
    /// The word of the grammar.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.row().0
    }

    /// When it strikes on a page.
    pub(in crate::practice) fn moment(self) -> Moment {
        match self.row().2 {
            Fits::Export if matches!(self, Self::ArchiveCut | Self::ArchiveMissing) => Moment::Fetch,
            Fits::Deeds | Fits::Export => Moment::Deed,
            Fits::Closing => Moment::Opening,
            Fits::Leaving => match self {
                Self::Moved => Moment::Row,
                Self::ExtraPage => Moment::Reason,
                Self::WrongPassword | Self::Code | Self::Device => Moment::Password,
                _ => Moment::Secret,
            },
            _ => Moment::Load,
        }
    }

    fn row(self) -> &'static Row {
        let same = |row: &&Row| std::mem::discriminant(&row.1) == std::mem::discriminant(&self);
        ROWS.iter().find(same).expect("every kind has a row, and a test walks all rows")
    }
}
