//! Leads to a page that only a person may answer.

use axum::response::{IntoResponse as _, Redirect, Response};

use crate::practice::challenge::{Challenge, Held};
use crate::practice::fault;
use crate::practice::world::World;

/// Whether a fault is a page that only a person may answer.
pub(in crate::practice) fn is_challenge(kind: fault::Kind) -> bool {
    use fault::Kind::{Captcha, Checkpoint, Restricted, TwoStep, Unusual};
    matches!(kind, Captcha | Checkpoint | Restricted | TwoStep | Unusual)
}

/// Leads to a challenge; `held` goes on when it is answered.
pub(in crate::practice) fn begin(world: &World, kind: fault::Kind, held: Held) -> Response {
    let mut inner = world.now();
    let token = format!("AgF{}", inner.token(world.scenario.seed, "challenge"));
    inner.challenges.insert(token.clone(), Challenge { kind, held });
    Redirect::to(&format!("/checkpoint/challenge/{token}")).into_response()
}
