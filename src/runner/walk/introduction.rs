//! Whose account the site shows: read once a session, in a run and outside of one, and again where a page's shell shows
//! something else.
//!
//! It does not know whose account it should be.

use super::halt::Halt;
use super::question::answered;
use super::{Answered, Asks, Values, Walk, Walker};
use crate::browser::page::Page;
use crate::flow::compile::Known;
use crate::flow::pack::Pack;
use crate::flow::site::{Identity, OTHER_ACCOUNT};
use crate::flow::tree::{Effect, Step, Verb};

/// Whose account the site shows, as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Introduced {
    /// From the address of the own profile; not checked yet.
    pub handle: String,
    /// The name beside it; empty where none is shown.
    pub name: String,
}

/// The walk that reads it, at its first step.
///
/// # Errors
/// The pack cannot tell whose account a page shows.
///
/// # Panics
/// The pack was not checked: its identity names an unknown flow.
pub fn walk(pack: &Pack) -> Result<Walk<'_>, Halt> {
    let flow = pack.flows.get(&site(pack)?.flow.value).expect("the pack's check refuses an unknown identity flow");
    Ok(Walk::new(flow, Values::new()))
}

impl Walk<'_> {
    /// The same walk, which asks the account's own menu in each document before anything is done in it, and once more before
    /// the first irreversible click where the shell stopped showing what is the account's own.
    #[must_use]
    pub(super) fn asking_whose(mut self) -> Self {
        self.asks_owner = Asks::Always;
        self
    }

    /// The same walk, which asks the account's own menu before its first act in a document whose shell shows nothing of the
    /// account: what a search leaves may be a page on which the menu is not found.
    #[must_use]
    pub(super) fn asking_where_bare(mut self) -> Self {
        self.asks_owner = Asks::WhereBare;
        self
    }
}

/// How often in one session a page may show another account's sign before no page is believed any more.
const MOST_DOUBTS: u32 = 3;

impl<P: Page> Walker<'_, P> {
    /// Reads whose account the site shows, with a walk of [`walk`]. When dropped in the middle of a
    /// command the session is unusable.
    ///
    /// # Errors
    /// A stop sign, a prompt, an unreachable site, a lost session; or a page that does not say it.
    pub async fn whose(&mut self, walk: &mut Walk<'_>) -> Result<Introduced, Halt> {
        let target = &site(self.pack)?.target.value;
        self.notes.asking = true;
        let arrival = self.walk_up(walk).await;
        self.notes.asking = false;
        let arrival = arrival?;
        if let Answered::Unreadable(why) | Answered::Skipped(_, why) = answered(walk, arrival) {
            return Err(Halt::Nameless(format!("the page does not show whose account it is: {why}")));
        }
        let read = walk.read(target).cloned().unwrap_or_default();
        let shown = self.notes.identity.values.get("name").and_then(|names| names.first());
        let name = read.get("name").or(shown).cloned().unwrap_or_default();
        let handle = read.get("slug").cloned().unwrap_or_default();
        let own = self.notes.handle.get_or_insert_with(|| handle.clone());
        let page = walk.sight.as_ref().map(|sight| sight.page.id.clone());
        self.notes.identity.told_in = page.filter(|_| *own == handle);
        Ok(Introduced { handle, name })
    }

    /// Asks the account's own menu whose account it is, where a page's shell showed the sign of another one: pictures are
    /// renewed and names written in several ways, so that a difference proves nothing. Passes every other halt on.
    ///
    /// The menu is asked on the page as it stands, and on a fresh load where that page has none. The walk in hand has to
    /// begin anew afterwards.
    ///
    /// # Errors
    /// The halt, where it is about anything else; the sign of another account where the menu names another one; a halt
    /// without a sign where nobody can tell.
    pub async fn same_account(&mut self, halt: Halt) -> Result<(), Halt> {
        let Halt::Sign { sign, why, page } = halt else { return Err(halt) };
        if sign != OTHER_ACCOUNT {
            return Err(Halt::Sign { sign, why, page });
        }
        let own = self.notes.handle.clone();
        self.notes.doubts += 1;
        let Some(own) = own.filter(|_| self.notes.doubts <= MOST_DOUBTS) else {
            return Err(Halt::Nameless(format!("whose account the page shows cannot be told: {why}")));
        };
        let known = std::mem::take(&mut self.notes.identity);
        let read = self.asked_again().await;
        let shown = std::mem::replace(&mut self.notes.identity, known);
        let read = read?;
        if read.handle == own {
            self.notes.accept(shown);
            return Ok(());
        }
        let why = format!("the account's own menu leads to `{}`, and not to `{own}` any more; {why}", read.handle);
        Err(Halt::Sign { sign, why, page })
    }

    /// Asks the account's own menu on the page as it stands, and closes it again. Whether it named the account that the session
    /// began with; a page without such a menu does not.
    ///
    /// # Errors
    /// The sign of another account, where the menu names another one; what else stops a walk.
    pub async fn told_here(&mut self) -> Result<bool, Halt> {
        match self.own_menu().await {
            Ok(()) => Ok(true),
            Err(Halt::Miss(_) | Halt::Nameless(_)) => Ok(false),
            Err(halt) => Err(halt),
        }
    }

    /// As [`Walker::told_here`], where a page without such a menu is an error.
    async fn own_menu(&mut self) -> Result<(), Halt> {
        let mut here = Walk::on_loaded_page(walk(self.pack)?.flow(), Values::new());
        let known = std::mem::take(&mut self.notes.identity);
        let read = self.whose(&mut here).await;
        let shown = std::mem::replace(&mut self.notes.identity, known);
        if matches!(read, Ok(_) | Err(Halt::Miss(_) | Halt::Nameless(_))) {
            self.close_layers(here.flow()).await?;
        }
        let read = read?;
        if self.notes.handle.as_ref() == Some(&read.handle) {
            self.notes.told(shown);
            return Ok(());
        }
        let own = self.notes.handle.as_deref().unwrap_or_default();
        let why = format!("the account's own menu leads to `{}`, and not to `{own}` any more", read.handle);
        let page = here.sight.map(|sight| sight.page).unwrap_or_default();
        Err(Halt::Sign { sign: OTHER_ACCOUNT.to_owned(), why, page: Box::new(page) })
    }

    /// Whether the account's own menu has to be asked before that step: it was not asked in this document yet, or it is the
    /// first irreversible step and the shell does not show any more what it showed beside the menu.
    pub(super) fn has_to_ask(&self, walk: &Walk<'_>, step: &Step) -> bool {
        if matches!(step.verb, Verb::Goto(_)) {
            return false;
        }
        match (walk.asks_owner, &walk.sight) {
            (Asks::Never, _) | (Asks::WhereBare, None) => false,
            (Asks::WhereBare, Some(sight)) => !self.notes.is_told(sight) && !self.notes.is_compared(sight),
            (Asks::Always, None) => true,
            (Asks::Always, Some(sight)) => {
                !self.notes.is_told(sight) || (step.effect == Effect::Irreversible && !self.notes.still_shows(sight))
            }
        }
    }

    /// Asks the account's own menu in the walk's document. What the walk had armed or opened has to be found anew.
    ///
    /// # Errors
    /// As [`Walker::told_here`]; where the menu is always asked, a step that does not fit if the page has none.
    pub(super) async fn ask_whose(&mut self, walk: &mut Walk<'_>) -> Result<(), Halt> {
        let before = self.page.commands();
        if walk.asks_owner == Asks::WhereBare {
            walk.asks_owner = Asks::Never;
            self.told_here().await?;
        } else {
            self.own_menu().await?;
        }
        walk.let_go();
        walk.commands_at_list += self.page.commands() - before;
        Ok(())
    }

    async fn asked_again(&mut self) -> Result<Introduced, Halt> {
        let mut here = walk(self.pack)?;
        here = Walk::on_loaded_page(here.flow(), Values::new());
        match self.whose(&mut here).await {
            Err(Halt::Miss(_) | Halt::Nameless(_)) => {
                self.notes.identity = Known::default();
                self.whose(&mut walk(self.pack)?).await
            }
            read => read,
        }
    }
}

fn site(pack: &Pack) -> Result<&Identity, Halt> {
    let unsaid = || Halt::Nameless("the pack does not say how to tell whose account it is".to_owned());
    pack.site.identity.as_ref().ok_or_else(unsaid)
}
