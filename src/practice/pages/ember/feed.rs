//! The first page after signing in: the shell and little else.

use axum::http::StatusCode;
use axum::response::Response;
use maud::html;

use crate::practice::pages::shell;
use crate::practice::pages::visit::Visit;
use crate::practice::world::World;

use super::stage::{Screen, Stage, notices};

pub(in crate::practice) fn answer(world: &World, visit: &Visit) -> Response {
    let stage = Stage::new(world, visit);
    let words = stage.words;
    let total = world.now().total();
    let body = html! {
        div.scaffold-layout__row {
            main.scaffold-layout__main tabindex="-1" {
                (notices(&stage))
                section class="artdeco-card feed-identity-module" {
                    h2 dir="auto" { (visit.account.name) }
                    p { (words.total(total)) }
                    p { (words.shared.feed_text) }
                    a class="artdeco-button artdeco-button--secondary" href="/mynetwork/invite-connect/connections/" {
                        (words.shared.manage_network)
                    }
                }
            }
            aside.scaffold-layout__aside { (shell::footer(words.shared)) }
        }
    };
    let screen = Screen { title: words.shared.feed, script: None, blocks: Vec::new(), body };
    visit.answer(StatusCode::OK, stage.page(screen))
}
