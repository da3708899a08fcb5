//! What a profile offers: the row of buttons, and the menu behind "More", which is in the page before it opens.

use maud::{Markup, html};

use crate::event::id::Slug;
use crate::practice::pages::shell::icon;
use crate::practice::people::Person;
use crate::practice::relation::Relation;

use super::stage::{Deed, Stage};
use super::words::{Item, named};

const DOTS: &str =
    "M5 10a2 2 0 1 1 0 4 2 2 0 0 1 0-4zm7 0a2 2 0 1 1 0 4 2 2 0 0 1 0-4zm7 0a2 2 0 1 1 0 4 2 2 0 0 1 0-4z";

/// Where a row of buttons stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// At the top of a profile, in the sticky header or in the card: its "More" carries the profile's own id.
    Profile,
    /// On a card of somebody else beside a profile.
    Sidebar,
}

/// The row for `person`, with its menu.
pub(super) fn row(stage: &Stage<'_>, person: &Person, relation: Relation, place: Place) -> Markup {
    let words = stage.words;
    let button = |deed, label: &str, text: &str, kind: &str| {
        html! {
            button id=(stage.deed(deed, person)) type="button" aria-label=(named(label, person))
                class={ "artdeco-button artdeco-button--2 artdeco-button--" (kind) } {
                span.artdeco-button__text { (text) }
            }
        }
    };
    let message = |kind| button(Deed::Message, words.message_label, words.shared.message, kind);
    html! {
        @match relation {
            Relation::Connected => (message("primary")),
            Relation::Pending => {
                (button(Deed::Withdraw, words.pending_label, words.pending, "muted"))
                (message("secondary"))
            }
            Relation::FollowOnly => {
                (button(Deed::Unfollow, words.profile.following, words.profile.following, "muted"))
                (message("secondary"))
            }
            Relation::None => {
                (button(Deed::Invite, words.invite_label, words.shared.connect, "primary"))
                (message("secondary"))
            }
        }
        (more(stage, person, items(stage, relation), place))
    }
}

/// The row of the account's own profile.
pub(super) fn own_row(stage: &Stage<'_>, slug: &Slug) -> Markup {
    let words = stage.words;
    let edit = words.shared.edit_intro;
    let person = own(stage, slug);
    html! {
        a class="artdeco-button artdeco-button--secondary" href={ "/in/" (slug.encoded()) "/edit/intro/" } aria-label=(edit) {
            (edit)
        }
        (more(stage, &person, vec![(Deed::Other, words.share), (Deed::Other, words.pdf), (Deed::Other, words.about)], Place::Profile))
    }
}

fn items(stage: &Stage<'_>, relation: Relation) -> Vec<(Deed, Item)> {
    let words = stage.words;
    let mut items = vec![(Deed::Other, words.share), (Deed::Other, words.pdf)];
    match relation {
        Relation::Connected => items.extend([
            (Deed::Other, words.request),
            (Deed::Other, words.recommend),
            (Deed::Unfollow, words.unfollow),
            (Deed::Remove, words.remove),
        ]),
        Relation::FollowOnly => {
            let invite = Item { label: words.invite_label, text: words.shared.connect };
            items.extend([(Deed::Invite, invite), (Deed::Unfollow, words.unfollow)]);
        }
        Relation::Pending | Relation::None => {
            items.push((Deed::Follow, Item { label: words.follow_label, text: words.follow }));
        }
    }
    items.extend([(Deed::Report, words.report), (Deed::Other, words.about)]);
    items
}

fn more(stage: &Stage<'_>, person: &Person, items: Vec<(Deed, Item)>, place: Place) -> Markup {
    let words = stage.words;
    let trigger = match place {
        Place::Profile => format!("{}-profile-overflow-action", stage.id()),
        Place::Sidebar => stage.id(),
    };
    html! {
        div id=(stage.id()) class="artdeco-dropdown artdeco-dropdown--placement-bottom" {
            button id=(trigger) type="button" aria-expanded="false" aria-label=(words.more_label)
                class="artdeco-dropdown__trigger artdeco-button artdeco-button--2 artdeco-button--secondary" {
                @if place == Place::Sidebar { (icon(DOTS)) }
                span.artdeco-button__text { (words.more) }
            }
            div id=(stage.id()) aria-hidden="true" tabindex="-1"
                class="pvs-overflow-actions-dropdown__content artdeco-dropdown__content artdeco-dropdown__content--placement-bottom" {
                div.artdeco-dropdown__content-inner {
                    ul { @for (deed, item) in items { li { (self::item(stage, person, deed, item)) } } }
                }
            }
        }
    }
}

/// The text is hidden from assistive technology, whose name for the item is the label.
fn item(stage: &Stage<'_>, person: &Person, deed: Deed, item: Item) -> Markup {
    html! {
        div id=(stage.deed(deed, person)) class="artdeco-dropdown__item" role="button" tabindex="0"
            aria-label=(named(item.label, person)) {
            svg data-test-icon=(deed.icon()) width="24" height="24" viewBox="0 0 24 24" aria-hidden="true" {
                path d=(deed.shape()) {}
            }
            span.display-flex aria-hidden="true" { (item.text) }
        }
    }
}

/// The account as a person of its own pages.
fn own(stage: &Stage<'_>, slug: &Slug) -> Person {
    let name = &stage.visit.account.name;
    Person {
        first: name.split(' ').next().unwrap_or_default().to_owned(),
        last: String::new(),
        shown: name.clone(),
        slug: Some(slug.clone()),
        member: String::new(),
        email: String::new(),
        company: String::new(),
        position: String::new(),
        connected_on: jiff::civil::Date::default(),
    }
}
