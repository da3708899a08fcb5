//! The addresses of pictures of people.

use super::chance;
use super::world::World;
use crate::event::id::Slug;

/// How many pictures connections share: a long list would cost a browser thousands of pictures otherwise.
const PHOTOS: u64 = 64;

/// The address of a connection's picture; many share one.
pub(super) fn photo_of(world: &World, handle: &str) -> String {
    let seed = world.scenario.seed;
    let shared = chance::bits(seed, "whose photo", handle) % PHOTOS;
    format!("/media/photo/{}", chance::token(seed, "photo", &shared.to_string()))
}

/// The address of an account's own picture, which nobody shares.
pub(super) fn account_photo(world: &World, slug: &Slug) -> String {
    format!("/media/photo/{}", chance::token(world.scenario.seed, "account photo", slug.as_str()))
}
