//! What every page of this generation stands on: the shell that loads, its data blocks, the ids that its elements get.

use std::cell::{Cell, RefCell};

use maud::{Markup, html};
use serde_json::{Map, Value, json};

use crate::event::id::Slug;
use crate::practice::chance;
use crate::practice::fault;
use crate::practice::gate_words::GateWords;
use crate::practice::pages::pauses::pauses;
use crate::practice::pages::visit::Visit;
use crate::practice::people::Person;
use crate::practice::world::World;

use super::words::EmberWords;

/// One load of a page while it is put together.
pub(super) struct Stage<'a> {
    pub(super) world: &'a World,
    pub(super) visit: &'a Visit,
    pub(super) words: &'static EmberWords,
    load: String,
    next_id: Cell<u64>,
    deeds: RefCell<Map<String, Value>>,
}

/// One page inside the shell.
pub(super) struct Screen<'a> {
    pub(super) title: &'a str,
    /// The entry script, besides the shell's own.
    pub(super) script: Option<&'a str>,
    /// The data blocks of the page: the request that each would have answered, and the answer.
    pub(super) blocks: Vec<(&'a str, Value)>,
    /// What stands beside and inside `<main>`.
    pub(super) body: Markup,
}

/// What a click does to a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deed {
    Message,
    Invite,
    Withdraw,
    Follow,
    Unfollow,
    Remove,
    Report,
    /// Nothing here; the audit log hears that it was not the item that removes.
    Other,
}

impl Deed {
    fn as_str(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Invite => "invite",
            Self::Withdraw => "withdraw",
            Self::Follow => "follow",
            Self::Unfollow => "unfollow",
            Self::Remove => "remove",
            Self::Report => "report",
            Self::Other => "other",
        }
    }

    /// The id of an item's picture. Only that of a removal was seen.
    pub(super) fn icon(self) -> &'static str {
        match self {
            Self::Remove => "remove-connection-medium",
            Self::Invite => "connect-medium",
            Self::Follow => "add-medium",
            Self::Unfollow => "clear-medium",
            Self::Report => "flag-medium",
            Self::Message | Self::Withdraw | Self::Other => "document-medium",
        }
    }

    /// The picture.
    pub(super) fn shape(self) -> &'static str {
        match self {
            Self::Remove => "M9 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8zm-7 9c.3-4 3-7 7-7s6.700 3 7 7zm13-11h7v2h-7z",
            Self::Invite | Self::Follow => "M11 4h2v7h7v2h-7v7h-2v-7H4v-2h7z",
            Self::Unfollow => {
                "M6.400 5 12 10.600 17.600 5 19 6.400 13.400 12l5.600 5.600-1.400 1.400L12 13.400 6.400 19 5 17.600 10.600 12 5 6.400z"
            }
            Self::Report => "M5 3h13l-3 5 3 5H7v8H5z",
            Self::Message | Self::Withdraw | Self::Other => "M6 3h8l4 4v14H6zm2 8v2h8v-2zm0 4v2h8v-2z",
        }
    }
}

impl<'a> Stage<'a> {
    pub(super) fn new(world: &'a World, visit: &'a Visit) -> Self {
        let seed = world.scenario.seed;
        let load = world.now().token(seed, "load");
        // Numbers differ from load to load, as they do where other parts of the program make elements first.
        let first = chance::between(chance::bits(seed, "ember", &load), 12, 60);
        Self {
            world,
            visit,
            words: EmberWords::of(world.scenario.language),
            load,
            next_id: Cell::new(first),
            deeds: RefCell::default(),
        }
    }

    /// An id that nothing else on this page has: `ember31`.
    pub(super) fn id(&self) -> String {
        let id = self.next_id.get();
        self.next_id.set(id + 1);
        format!("ember{id}")
    }

    /// The id of an element that does something to a person when it is clicked; the page's script is told what.
    pub(super) fn deed(&self, deed: Deed, person: &Person) -> String {
        let id = self.id();
        let about = json!({
            "deed": deed.as_str(),
            "name": person.shown,
            "vanityName": encoded(person),
            "connectedMember": format!("urn:li:fsd_profile:{}", person.member),
        });
        self.deeds.borrow_mut().insert(id.clone(), about);
        id
    }

    /// A class name of 36 letters without a meaning, the same on every load.
    pub(super) fn hashed(&self, what: &str) -> String {
        const LETTERS: &[u8; 52] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
        (0..36)
            .map(|at: u64| {
                let bits = chance::bits(self.world.scenario.seed, what, &at.to_string());
                char::from(LETTERS[(bits % 52) as usize])
            })
            .collect()
    }

    /// What the scripts need besides the data: the title, the words, the pace and what goes wrong on this load.
    pub(super) fn about(&self, title: &str) -> Value {
        let (words, shared, gates) = (self.words, self.words.shared, GateWords::of(self.visit.language));
        json!({
            "title": format!("{title} | {}", shared.site),
            "nextId": self.next_id.get(),
            "deeds": &*self.deeds.borrow(),
            "pauses": pauses(self.world, &self.load),
            "quirks": self.visit.quirks(),
            "words": {
                "totals": words.totals(),
                "thousands": shared.thousands,
                "photoOf": shared.photo_of,
                "memberName": words.member_name,
                "memberOccupation": words.member_occupation,
                "message": shared.message,
                "moreActions": shared.more_actions,
                "rowRemoveLabel": words.row_remove_label,
                "removeItem": shared.remove_item,
                "reportItem": shared.report_item,
                "dialogTitle": shared.dialog_title,
                "dialogText": shared.dialog_text,
                "dialogMore": shared.dialog_more,
                "dismiss": shared.dismiss,
                "cancel": shared.cancel,
                "confirm": words.confirm,
                "withdrawTitle": words.withdraw_title,
                "withdrawText": words.withdraw_text,
                "withdraw": words.withdraw,
                "noneFound": shared.none_found,
                "loading": shared.loading,
                "signOut": shared.sign_out,
                "signOutText": words.sign_out_text,
                "alert": gates.alert,
                "weeklyLimit": gates.weekly_limit,
                "weeklyLimitText": gates.weekly_limit_text,
                "gotIt": gates.got_it,
            },
        })
    }
}

/// What a page says above everything else when a limit was reached.
pub(super) fn notices(stage: &Stage<'_>) -> Markup {
    html! {
        @if stage.visit.has(fault::Kind::LimitNotice) {
            section class="limit artdeco-inline-feedback" role="alert" { p { (stage.words.shared.limit_notice) } }
        }
    }
}

/// A person's slug as addresses have it; empty where there is none.
pub(super) fn encoded(person: &Person) -> String {
    person.slug.as_ref().map(Slug::encoded).unwrap_or_default()
}
