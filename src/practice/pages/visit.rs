//! Who looks at a page: their cookies, their session, whose account they see.

use axum::http::header::{self, HeaderMap, HeaderValue};
use axum::http::{StatusCode, Uri};
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use maud::{Markup, html};

use crate::event::id::{Slug, percent_encode};
use crate::practice::account::State;
use crate::practice::fault;
use crate::practice::people::name_of;
use crate::practice::photo;
use crate::practice::scenario::{Generation, Language, Page, Picture, Regions, SignIn};
use crate::practice::vary::Family;
use crate::practice::words::Words;
use crate::practice::world::World;

/// Whose account a page shows.
pub(in crate::practice) struct Account {
    pub(in crate::practice) slug: Slug,
    pub(in crate::practice) name: String,
    pub(in crate::practice) photo: String,
    shown: Picture,
}

impl Account {
    /// What the bar shows of the account: its picture, or what stands in its place. `alt` is the picture's own text.
    pub(in crate::practice) fn picture(&self, class: Option<&str>, alt: &str) -> Markup {
        let image = |address: &str, late: Option<&str>| {
            html! { img class=[class] src=(address) data-delayed-url=[late] alt=(alt) width="24" height="24"; }
        };
        match self.shown {
            Picture::Photo => image(&self.photo, None),
            Picture::Late => image(NOTHING_YET, Some(&self.photo)),
            Picture::Placeholder => image(GHOST, None),
            Picture::Initials => {
                let letters: String = self.name.split(' ').filter_map(|word| word.chars().next()).take(2).collect();
                html! { span class=[class] aria-hidden="true" { (letters) } }
            }
        }
    }
}

/// An image of one pixel, until the picture is there.
const NOTHING_YET: &str = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7";
/// What stands in the place of a picture that cannot be loaded. Everybody has the same.
const GHOST: &str = "/media/photo/0";

/// A page load that may go on.
pub(in crate::practice) struct Visit {
    pub(in crate::practice) account: Account,
    pub(in crate::practice) words: &'static Words,
    pub(in crate::practice) language: Language,
    /// The generation of this page, and of the shell around it.
    pub(in crate::practice) generation: Generation,
    /// What the forms of this page carry, so that the server knows them as its own.
    pub(in crate::practice) csrf: String,
    pub(in crate::practice) regions: Regions,
    /// What else a family of sites draws.
    pub(in crate::practice) family: Family,
    pub(super) quirks: Vec<fault::Kind>,
    pub(super) new_cookie: Option<String>,
}

impl Visit {
    /// Whether this load has a fault that changes the page and does not replace it.
    pub(in crate::practice) fn has(&self, quirk: fault::Kind) -> bool {
        self.quirks.contains(&quirk)
    }

    /// The words of everything that goes wrong on this load, for the page's scripts.
    pub(in crate::practice) fn quirks(&self) -> Vec<&'static str> {
        self.quirks.iter().map(|quirk| quirk.word()).collect()
    }

    /// The page as an answer, with the cookie that calls of its scripts need.
    pub(in crate::practice) fn answer(&self, status: StatusCode, page: Html<String>) -> Response {
        let page = if self.has(fault::Kind::Huge) { huge(&page.0) } else { page.0 };
        let mut response = (status, Html(page)).into_response();
        if let Some(cookie) = &self.new_cookie {
            let cookie = format!("JSESSIONID={cookie}; Path=/; SameSite=Lax");
            let cookie = HeaderValue::from_str(&cookie).expect("tokens are plain text");
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        response
    }
}

/// How many rows a huge document has, and what each says besides its number: some 50 MB in all.
const HUGE_ROWS: usize = 100_000;
const HUGE_TEXT: &str = "Nobody reads this row. ";

/// The same page with very many rows behind everything else.
fn huge(page: &str) -> String {
    let (before, after) = page.rsplit_once("</body>").unwrap_or((page, ""));
    let text = HUGE_TEXT.repeat(18);
    let mut rows = String::with_capacity(page.len() + HUGE_ROWS * (text.len() + 100));
    rows.push_str(before);
    rows.push_str("<ul class=\"huge\">");
    for row in 0..HUGE_ROWS {
        rows.push_str(&format!("<li><a href=\"/jobs/view/{row}/\">Row {row}</a><p>{text}</p></li>"));
    }
    rows.push_str("</ul></body>");
    rows.push_str(after);
    rows
}

/// A look at a page that has no faults of its own.
pub(in crate::practice) fn guest(world: &World, headers: &HeaderMap) -> Visit {
    let old_cookie = cookie(headers, "JSESSIONID").filter(|cookie| !cookie.is_empty());
    let new_cookie = old_cookie.is_none().then(|| match &world.scenario.csrf {
        Some(given) => given.clone(),
        None => format!("ajax:{}", world.now().token(world.scenario.seed, "csrf")),
    });
    let language = world.scenario.language;
    Visit {
        account: account(world, false, world.generation(Page::Feed)),
        words: Words::of(language),
        language,
        generation: world.generation(Page::Feed),
        csrf: old_cookie.map_or_else(|| new_cookie.clone().unwrap_or_default(), str::to_owned),
        regions: world.scenario.vary.regions,
        family: world.scenario.vary.family.clone(),
        quirks: Vec::new(),
        new_cookie,
    }
}

/// The same in the generation of `page`.
pub(in crate::practice) fn guest_at(world: &World, page: Page, headers: &HeaderMap) -> Visit {
    let generation = world.generation(page);
    Visit { account: account(world, false, generation), generation, ..guest(world, headers) }
}

/// Whether the visitor is signed in, or need not be. Nobody is while the account is closed or hibernated.
pub(in crate::practice) fn is_signed_in(world: &World, headers: &HeaderMap) -> bool {
    if world.now().account.state != State::Open {
        return false;
    }
    match world.scenario.sign_in {
        SignIn::Open => true,
        SignIn::Form | SignIn::Classic => {
            cookie(headers, "li_at").is_some_and(|session| world.now().sessions.contains(session))
        }
    }
}

/// Whether this browser has never been here: then it is not the account's, even where nobody must sign in.
pub(in crate::practice) fn is_stranger(world: &World, headers: &HeaderMap) -> bool {
    let unknown = world.scenario.sign_in == SignIn::Open && cookie(headers, "JSESSIONID").is_none();
    unknown || !is_signed_in(world, headers)
}

/// What a call gets that is not signed in or does not carry the token of its page.
pub(in crate::practice) fn refused_call(world: &World, headers: &HeaderMap) -> Option<Response> {
    if !is_signed_in(world, headers) {
        return Some(Redirect::to("/login").into_response());
    }
    let sent = headers.get("csrf-token").and_then(|token| token.to_str().ok());
    let same = sent.is_some() && sent == cookie(headers, "JSESSIONID");
    (!same).then(|| (StatusCode::FORBIDDEN, "CSRF check failed.\n").into_response())
}

/// The status that an edge answers to a client that it takes for a bot.
pub(in crate::practice) fn blocked() -> StatusCode {
    StatusCode::from_u16(999).expect("999 is within the range that HTTP can carry")
}

/// The value of a cookie.
pub(in crate::practice) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

/// The way to the sign-in page, and back from there.
pub(in crate::practice) fn to_sign_in(uri: &Uri) -> Response {
    Redirect::to(&format!("/login?session_redirect={}", percent_encode(uri.path()))).into_response()
}

/// Whose account a page of this load shows.
pub(super) fn account(world: &World, stranger: bool, generation: Generation) -> Account {
    let slug =
        if stranger { "somebody-else".parse().expect("a plain word is a slug") } else { world.scenario.me.clone() };
    Account {
        name: name_of(&slug),
        photo: photo::account_photo(world, &slug, generation),
        shown: world.scenario.vary.picture,
        slug,
    }
}
