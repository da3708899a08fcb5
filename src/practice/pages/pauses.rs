//! How long a page's own steps take.

use serde_json::{Value, json};

use crate::practice::chance;
use crate::practice::scenario::Latency;
use crate::practice::world::World;

/// How long the page's own steps take on this load, in milliseconds.
pub(super) fn pauses(world: &World, load: &str) -> Value {
    let (draw, filter, menu, dialog) = match world.scenario.latency {
        Latency::None => (0, 0, 0, 0),
        Latency::Fixed => (20, 20, 40, 40),
        Latency::Realistic => {
            let roll = |label, low, high| chance::between(chance::bits(world.scenario.seed, label, load), low, high);
            (roll("draw", 200, 900), roll("filter", 250, 400), roll("menu", 60, 240), roll("dialog", 80, 320))
        }
    };
    let debounce = world.scenario.vary.debounce;
    let filter = debounce.map_or(filter, |time| u64::try_from(time.as_millis()).unwrap_or(u64::MAX));
    json!({ "draw": draw, "filter": filter, "keeps": debounce.is_some(), "menu": menu, "dialog": dialog })
}
