//! A plan as one page that can be shown to somebody: what is meant, how long it takes, who is in it.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::frame::{outside, policy};
use super::style;
use crate::event::id::Realm;
use crate::report::escape;

/// What stands on the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// The plan in a line.
    pub title: String,
    /// Real or practice.
    pub realm: Realm,
    /// Names and texts, in order.
    pub facts: Vec<(String, String)>,
    /// Everybody of the plan, in its order.
    pub rows: Vec<Row>,
}

/// One person of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Where they stand, in words.
    pub state: String,
    /// Since when they are connected; may be empty.
    pub connected: String,
    /// Their name.
    pub name: String,
    /// Position and company; may be empty.
    pub work: String,
    /// Why they stand there, and reasons to think twice; may be empty.
    pub notes: String,
}

/// The page: one file that needs no other, no script and no network.
#[must_use]
pub fn page(summary: &Summary) -> String {
    let sheet = style::sheet();
    let markup: Markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy(&sheet));
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                meta name="robots" content="noindex";
                title { (escape::page(&summary.title)) }
                style { (PreEscaped(&sheet)) }
            }
            body {
                header.top {
                    span { b { "Exeunt" } " · plan" }
                    @if summary.realm == Realm::Practice { span.badge.practice { "practice" } }
                }
                main {
                    h1 { (outside(&summary.title)) }
                    div.card {
                        dl {
                            @for (name, text) in &summary.facts {
                                dt { (name) }
                                dd { (outside(text)) }
                            }
                        }
                    }
                    h2 { "Who is in it" }
                    div.card { (people(&summary.rows)) }
                }
                footer { "It holds names of people: keep it as you would keep your address book." }
            }
        }
    };
    markup.into_string()
}

fn people(rows: &[Row]) -> Markup {
    html! {
        table {
            thead {
                tr { th { "state" } th { "connected" } th { "name" } th { "position, company" } th { "why, think twice" } }
            }
            tbody {
                @for row in rows {
                    tr {
                        td { (row.state) }
                        td { (outside(&row.connected)) }
                        td { (outside(&row.name)) }
                        td { (outside(&row.work)) }
                        td { (outside(&row.notes)) }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_is_one_page_in_which_names_are_text() {
        let row = Row {
            state: "still to do".into(),
            connected: "2015-03-03".into(),
            name: "<script>alert(1)</script>\u{202e}".into(),
            work: "Boss, Acme & Co".into(),
            notes: "only one there".into(),
        };
        let facts = vec![("pace".to_owned(), "47 days".to_owned())];
        let summary =
            Summary { title: "Plan P4K: remove 1 connection".into(), realm: Realm::Practice, facts, rows: vec![row] };
        let page = page(&summary);
        assert!(!page.contains("<script") && !page.contains('\u{202e}'), "{page}");
        for part in ["Plan P4K", "47 days", "Acme &amp; Co", "only one there", "2015-03-03", "practice"] {
            assert!(page.contains(part), "{part}: {page}");
        }
    }
}
