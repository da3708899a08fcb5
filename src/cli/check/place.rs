//! Which targets a page has, and at which address it is shown to them.

use std::collections::BTreeMap;

use url::Url;

use super::super::outcome::Failure;
use super::super::output::clean;
use crate::flow::pack::Pack;
use crate::flow::target::Target;

/// Where a page is served, and why there.
pub(super) struct Place {
    pub(super) path: String,
    pub(super) known: Whence,
}

/// How it is known at which address a page was.
pub(super) enum Whence {
    /// The page says so.
    Said(Url),
    /// The person says so.
    Given,
    /// A run would look for the page there: its address proves nothing.
    Lent,
    /// It is the site's own page.
    Live,
}

/// The targets of a page, in the order of their file.
pub(super) fn targets_of<'p>(pack: &'p Pack, page: &str) -> Result<Vec<&'p Target>, Failure> {
    let mut targets: Vec<&Target> =
        pack.targets.values().filter(|target| page_of(pack, target).as_deref() == Some(page)).collect();
    targets.sort_by_key(|target| target.name.span);
    if targets.is_empty() {
        let pages =
            pack.sources.iter().filter_map(|source| source.name.strip_prefix("targets/")?.strip_suffix(".toml"));
        let pages: Vec<&str> = pages.collect();
        return Err(Failure::usage(
            format!("the pack has no targets for a page `{}`", clean(page)),
            format!("it has {}", pages.join(", ")),
        ));
    }
    Ok(targets)
}

/// Whose file a target is of: `profile` of `targets/profile.toml`.
pub(super) fn page_of(pack: &Pack, target: &Target) -> Option<String> {
    pack.place(target.name.span).file.strip_prefix("targets/")?.strip_suffix(".toml").map(str::to_owned)
}

/// At which address the page is shown to the targets.
///
/// # Errors
/// The page was saved from another site, or the person gives an address that is none.
pub(super) fn place(
    pack: &Pack,
    (targets, values): (&[&Target], &BTreeMap<String, String>),
    from: Option<&Url>,
    given: Option<&str>,
) -> Result<Place, Failure> {
    let site = Url::parse(&pack.site.origin.value).ok();
    let is_of_site = |url: &Url| {
        let is_loopback = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
        is_loopback || site.as_ref().is_some_and(|site| site.origin() == url.origin())
    };
    let elsewhere =
        |url: &Url| format!("{} is not on the pack's site, {}", clean(url.as_str()), clean(&pack.site.origin.value));
    if let Some(given) = given {
        let base = site.clone().ok_or_else(|| Failure::usage("the pack's site has no address".to_owned(), ""))?;
        let url = base.join(given).map_err(|_| {
            Failure::usage(format!("`{}` is no address", clean(given)), "give a path such as /in/jane-doe/")
        })?;
        if !is_of_site(&url) {
            return Err(Failure::usage(elsewhere(&url), "give a path such as /in/jane-doe/"));
        }
        return Ok(Place { path: path_of(&url), known: Whence::Given });
    }
    match from {
        Some(url) if is_of_site(url) => Ok(Place { path: path_of(url), known: Whence::Said(url.clone()) }),
        Some(url) => Err(Failure::bad_file(
            format!("the page says that it was saved from elsewhere: {}", elsewhere(url)),
            "where it is a page of the site all the same, `--at` says at which address",
        )),
        None => {
            let path = pack.address_for(targets, values).unwrap_or_else(|| "/".to_owned());
            Ok(Place { path, known: Whence::Lent })
        }
    }
}

/// The path of an address with its query.
pub(super) fn path_of(url: &Url) -> String {
    url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()))
}
