//! How near somebody is: 1st, 2nd, 3rd.

use maud::{Markup, html};

use crate::practice::relation::Relation;

use super::words::{Degree, EmberWords};

/// The degree, written twice: for those who listen and for those who look.
pub(super) fn badge(degree: Degree) -> Markup {
    html! {
        span class="distance-badge separator" {
            span.visually-hidden { (degree.spoken) }
            span.dist-value aria-hidden="true" { (degree.seen) }
        }
    }
}

/// The degree of somebody to whom the account stands like this.
pub(super) fn degree(words: &EmberWords, relation: Relation) -> Degree {
    match relation {
        Relation::Connected => words.degrees[0],
        Relation::Pending | Relation::None => words.degrees[1],
        Relation::FollowOnly => words.degrees[2],
    }
}
