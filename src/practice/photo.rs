//! The addresses of pictures of people.

use super::chance;
use super::choice::Generation;
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

/// The address of an account's own picture, which nobody shares. The part that names the picture stays; when it expires and
/// how it is signed follows the generation of the page and the time.
pub(super) fn account_photo(world: &World, slug: &Slug, generation: Generation) -> String {
    let seed = world.scenario.seed;
    let now = world.now().clock().as_second();
    let asset = chance::token(seed, "account photo", slug.as_str());
    let signature = chance::token(seed, "signature", &format!("{generation} {now}"));
    let (shape, expires) = ("profile-displayphoto-shrink_100_100", (now / 3_600 + 340) * 3_600);
    format!("/dms/image/v2/D4E03AQ{asset}/{shape}/{shape}/0/1{expires}000?e={expires}&v=beta&t={signature}")
}
