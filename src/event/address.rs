//! Whose profile an address names that a person brought: typed, pasted, or in a table.
//!
//! An address is cut out of a chat, a mail or a search, and what stood around it comes along. What no profile's address
//! can hold is cut from its ends or refused with words, so that an entry that names nobody never looks like one that does.

use std::fmt;

use super::id::{Slug, percent_decode};
use super::unseen::is_steering;

/// The site's own host; its other ones end in a dot and this.
const SITE: &str = "linkedin.com";
/// Hosts of the practice site.
const LOOPBACK: [&str; 3] = ["127.0.0.1", "localhost", "[::1]"];
/// Hosts of addresses that only lead elsewhere.
const SHORT: [&str; 2] = ["lnkd.in", "linked.in"];
/// What the site's own ids of members begin with, in that case.
const MEMBER_ID: &str = "ACoAA";
/// So much of a text is shown in a message.
const SHOWN: usize = 120;

/// What a text says about whose profile it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brought {
    /// The slug exactly as it is written, whatever it holds. It counts where somebody known has it.
    pub exact: Option<Slug>,
    /// The slug without what no slug can hold, or why there is none.
    pub plain: Result<Slug, NoProfile>,
    /// Whether the text is an address, and not a bare slug or a name.
    pub is_address: bool,
}

impl Brought {
    /// Reads a slug, a profile's address, or a text with one address in it, as `[Jane](https://…)` or `Jane <https://…>`.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let text = text.trim_matches(|c: char| c.is_whitespace() || is_hidden(c));
        let parts: Vec<&str> = text.split(is_around).filter(|part| looks_like_address(part)).collect();
        if parts.is_empty() {
            let why = || NoProfile::new(text, Why::NoSlug);
            let plain = if text.contains(char::is_whitespace) { Err(why()) } else { plain(text, text) };
            return Self { exact: text.parse().ok(), plain, is_address: false };
        }
        let exact = if looks_like_address(text) { read(text).ok() } else { None };
        let is_address = begins_like_address(text);
        let mut read: Vec<Result<Slug, NoProfile>> = parts
            .iter()
            .map(|part| raw_slug(part).map_err(|why| NoProfile::new(text, why)).and_then(|raw| plain(text, raw)))
            .collect();
        read.dedup();
        let plain = match read.len() {
            1 => read.swap_remove(0),
            _ => Err(NoProfile::new(text, Why::Several)),
        };
        Self { exact, plain, is_address }
    }

    /// Who is meant: the slug as it is written where somebody known has it, else the one without what no slug can hold.
    ///
    /// # Errors
    /// The text names no profile.
    pub fn meant(self, is_known: impl Fn(&Slug) -> bool) -> Result<Slug, NoProfile> {
        match self.exact {
            Some(exact) if is_known(&exact) => Ok(exact),
            _ => self.plain,
        }
    }
}

/// The slug of one profile's address as it stands in a table of the site's own: `https://www.linkedin.com/in/jane-doe?x`,
/// `/in/jane-doe/`. Nothing is cut from it.
///
/// # Errors
/// It is an address of another host, or of another page, or what stands there is no slug.
pub fn read(address: &str) -> Result<Slug, NoProfile> {
    let raw = raw_slug(address.trim()).map_err(|why| NoProfile::new(address, why))?;
    raw.parse().map_err(|_| NoProfile::new(address, Why::Page))
}

/// A text that names no profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoProfile {
    /// The text, escaped and short.
    shown: String,
    /// Why it names none.
    why: Why,
}

/// Why a text names no profile.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Why {
    NoSlug,
    Page,
    Several,
    Host { host: String, inner: Option<String> },
    Scheme(String),
    Credentials,
    Capitals(String),
    Old,
    Sales,
    Short,
    MemberId,
    Own,
    Letter(char),
}

impl NoProfile {
    fn new(text: &str, why: Why) -> Self {
        let mut shown: String = text.chars().take(SHOWN).flat_map(char::escape_debug).collect();
        if text.chars().nth(SHOWN).is_some() {
            shown.push('…');
        }
        Self { shown, why }
    }

    /// What is wrong, as a sentence without a full stop; the text in it is escaped and short.
    #[must_use]
    pub fn what(&self) -> String {
        let shown = &self.shown;
        match &self.why {
            Why::NoSlug => format!("`{shown}` is no slug"),
            Why::Page => format!("`{shown}` is no profile address"),
            Why::Several => format!("`{shown}` holds several addresses"),
            Why::Host { host, .. } => format!("`{shown}` is an address of `{host}` and not of LinkedIn"),
            Why::Scheme(scheme) => format!("`{shown}` is an address for `{scheme}:` and not one of a web page"),
            Why::Credentials => format!("`{shown}` holds a user's name before the host, which no profile address does"),
            Why::Capitals(_) => format!("`{shown}` is no profile address as LinkedIn writes it: `in` is small there"),
            Why::Old => format!("`{shown}` is an address of the old kind, which names nobody any more"),
            Why::Sales => format!("`{shown}` is an address of Sales Navigator or Recruiter, whose ids no export holds"),
            Why::Short => format!("`{shown}` is a short link, which says not whose profile it leads to"),
            Why::MemberId => format!("`{shown}` holds a member's id in place of the slug, and no export holds those"),
            Why::Own => format!("`{shown}` leads everybody to their own profile, and so it names nobody"),
            Why::Letter(c) => format!("`{shown}` holds `{}`, which no profile address does", c.escape_debug()),
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn mend(&self) -> String {
        const OPEN: &str = "open the profile and give the address that the browser shows then, like \
                            https://www.linkedin.com/in/jane-doe";
        match &self.why {
            Why::NoSlug | Why::Page => {
                "give a profile's address or its last part; a name may be that of several people".to_owned()
            }
            Why::Several => "give one address".to_owned(),
            Why::Host { inner: Some(inner), .. } => format!("if it leads to this profile, give {inner}"),
            Why::Capitals(slug) => format!("give https://www.linkedin.com/in/{slug}"),
            Why::Letter(_) => "give the address up to there".to_owned(),
            _ => OPEN.to_owned(),
        }
    }
}

impl fmt::Display for NoProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.what(), self.mend())
    }
}

impl std::error::Error for NoProfile {}

/// Whether a part of a text is meant as an address.
fn looks_like_address(part: &str) -> bool {
    part.contains('/') || part.starts_with("www.") || scheme_of(part).is_some()
}

/// Whether a whole text is meant as an address: it begins as one, or names the site.
fn begins_like_address(text: &str) -> bool {
    let begin = text.trim_start_matches(is_around);
    let is_path = ["/", "in/", "www."].iter().any(|start| begin.starts_with(start));
    let is_link = scheme_of(begin).is_some_and(|scheme| begin[scheme.len()..].starts_with("://"));
    is_path || is_link || ["linkedin.", "lnkd.in"].iter().any(|host| text.to_lowercase().contains(host))
}

/// The scheme of `mailto:x` or `https://x`; `localhost:80` and `example.org:80` have none.
fn scheme_of(part: &str) -> Option<&str> {
    let (scheme, rest) = part.split_once(':')?;
    let is_word = !scheme.is_empty() && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    (is_word && (rest.starts_with("//") || !scheme.eq_ignore_ascii_case("localhost"))).then_some(scheme)
}

/// The part behind `/in/`, as it is written.
fn raw_slug(address: &str) -> Result<&str, Why> {
    let path = path_of(address)?;
    let path = path.split(['?', '#']).next().unwrap_or_default();
    // Links in mails and of the page for small screens have a folder before the profile.
    let is_before = |part: &&str| matches!(*part, "comm" | "mwlite");
    let mut parts = path.split('/').filter(|part| !part.is_empty()).skip_while(is_before);
    let (first, second) = (parts.next().unwrap_or_default(), parts.next());
    match (first.to_ascii_lowercase().as_str(), second) {
        ("in", Some(slug)) if first == "in" => Ok(slug),
        ("in", Some(slug)) => Err(Why::Capitals(slug.chars().filter(|c| fits(*c)).collect())),
        ("pub" | "profile", _) => Err(Why::Old),
        ("sales" | "recruiter" | "talent", _) => Err(Why::Sales),
        _ => Err(Why::Page),
    }
}

/// The path of an address whose host is the site's own, or that has none.
fn path_of(address: &str) -> Result<&str, Why> {
    let rest = match scheme_of(address) {
        Some(scheme) if scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https") => {
            address[scheme.len() + 1..].trim_start_matches('/')
        }
        Some(scheme) => return Err(Why::Scheme(scheme.to_owned())),
        None if address.starts_with("//") => address.trim_start_matches('/'),
        None if address.starts_with('/') => return Ok(address),
        None if address.starts_with("in/") => return Ok(address),
        None => address,
    };
    let end = rest.find(['/', '\\', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    if authority.contains('@') {
        return Err(Why::Credentials);
    }
    let host = authority.to_lowercase();
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => (name, port),
        _ => (host.as_str(), ""),
    };
    let name = name.strip_suffix('.').unwrap_or(name);
    let is_site = name.strip_suffix(SITE).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    if SHORT.contains(&name) {
        return Err(Why::Short);
    }
    let is_ours = (is_site && matches!(port, "" | "80" | "443")) || LOOPBACK.contains(&name);
    if !is_ours {
        return Err(Why::Host { host: shown_host(&host), inner: inner_profile(path) });
    }
    Ok(path)
}

fn shown_host(host: &str) -> String {
    host.chars().take(60).flat_map(char::escape_debug).collect()
}

/// The profile that the address of a redirect carries, as `url?q=https://www.linkedin.com/in/jane&sa=U` does.
fn inner_profile(path: &str) -> Option<String> {
    let decoded = percent_decode(path)?;
    let at = decoded.find("www.linkedin.com/in/")?;
    let slug = &decoded[at + "www.linkedin.com/in/".len()..];
    let slug: String = slug.chars().take_while(|c| fits(*c)).collect();
    (!slug.is_empty()).then(|| format!("https://www.linkedin.com/in/{slug}"))
}

/// The slug without what no slug can hold at its ends.
fn plain(text: &str, raw: &str) -> Result<Slug, NoProfile> {
    let refuse = |why| Err(NoProfile::new(text, why));
    let Some(decoded) = percent_decode(raw).or_else(|| percent_decode(raw.trim_matches(is_cut))) else {
        return refuse(Why::Letter('%'));
    };
    let cut = decoded.trim_matches(is_cut);
    if cut == "me" && looks_like_address(text) {
        return refuse(Why::Own);
    }
    if cut.starts_with(MEMBER_ID) {
        return refuse(Why::MemberId);
    }
    if let Some(letter) = cut.chars().find(|c| !fits(*c)) {
        return refuse(if looks_like_address(text) { Why::Letter(letter) } else { Why::NoSlug });
    }
    let none = if looks_like_address(text) { Why::Page } else { Why::NoSlug };
    cut.parse().map_err(|_| NoProfile::new(text, none))
}

/// What stands around an address in a text and in no address.
fn is_around(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '<' | '>' | '(' | ')' | '[' | ']' | '{' | '}' | '"' | '|' | '`')
        || matches!(c, '“' | '”' | '„' | '«' | '»' | '‹' | '›')
}

/// What no slug begins or ends with.
fn is_cut(c: char) -> bool {
    c.is_whitespace()
        || is_hidden(c)
        || is_around(c)
        || (c.is_ascii_punctuation() && c != '-' && c != '_')
        || matches!(
            c,
            '‘' | '’'
                | '‚'
                | '…'
                | '、'
                | '。'
                | '，'
                | '；'
                | '：'
                | '！'
                | '？'
                | '（'
                | '）'
                | '【'
                | '】'
                | '「'
                | '」'
        )
}

/// What is copied along unseen. A control character is not: it is no part of a text at all.
fn is_hidden(c: char) -> bool {
    is_steering(c) && !c.is_control()
}

/// What a slug may hold: letters, marks and digits of all scripts, signs that are no punctuation of ASCII.
fn fits(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    }
    !is_steering(c) && !c.is_whitespace()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn plain_of(text: &str) -> Result<String, String> {
        Brought::of(text).plain.map(Slug::into).map_err(|none| none.to_string())
    }

    #[test]
    fn what_stands_around_an_address_is_cut() {
        for text in [
            "https://www.linkedin.com/in/p-one",
            "https://www.linkedin.com/in/p-one>",
            "https://www.linkedin.com/in/p-one.",
            "https://www.linkedin.com/in/p-one,",
            "https://www.linkedin.com/in/p-one)",
            "https://www.linkedin.com/in/p-one).",
            "https://www.linkedin.com/in/p-one\"",
            "https://www.linkedin.com/in/p-one'",
            "https://www.linkedin.com/in/p-one]",
            "https://www.linkedin.com/in/p-one\u{200b}",
            "https://www.linkedin.com/in/p-one\u{200e}",
            "https://www.linkedin.com/in/p-one%E2%80%8B",
            "https://www.linkedin.com/in/p-one%20",
            "https://www.linkedin.com/in/p-one!",
            "https://www.linkedin.com/in/p-one…",
            "https://www.linkedin.com/in/p-one”",
            "https://www.linkedin.com/in/P-One?utm_source=x).",
            "[Pia One](https://www.linkedin.com/in/p-one)",
            "Pia One <https://www.linkedin.com/in/p-one>",
            "\u{feff}„https://de.linkedin.com/in/p-one/de“",
            "<a href=\"https://www.linkedin.com/in/p-one\">",
            "//linkedin.com/in/p-one/",
            "linkedin.com./in/p-one",
            "/in/p-one",
            "https://www.linkedin.com/comm/in/p-one?trk=mail",
            "https://www.linkedin.com/mwlite/in/p-one",
            "in/p-one/",
            "https://WWW.LINKEDIN.COM:443/in/p-one/recent-activity/all/#x",
            "http://127.0.0.1:8000/in/p-one",
            "p-one,",
            "(p-one)",
            "“p-one”",
        ] {
            assert_eq!(plain_of(text), Ok("p-one".to_owned()), "{text:?}");
        }
        assert_eq!(
            plain_of("https://www.linkedin.com/in/j%C3%B6rg-%F0%9F%91%A9%E2%80%8D%F0%9F%92%BB"),
            Ok("jörg-👩\u{200d}💻".into())
        );
    }

    #[test]
    fn what_names_no_profile_says_what_it_is_and_what_to_give() {
        for (text, what, mend) in [
            ("https://evil.example/in/p-one", "an address of `evil.example`", "open the profile"),
            (
                "https://www.linkedin.com.evil.example/in/p-one",
                "of `www.linkedin.com.evil.example`",
                "open the profile",
            ),
            ("https://notlinkedin.com/in/p-one", "`notlinkedin.com`", "open the profile"),
            ("https://www.linkedin.com:8080/in/p-one", "`www.linkedin.com:8080`", "open the profile"),
            (
                "https://evil.example\\@www.linkedin.com/in/p-one",
                "of `evil.example`",
                "give https://www.linkedin.com/in/p-one",
            ),
            (
                "https://www.google.com/url?q=https://www.linkedin.com/in/p-one&sa=U",
                "an address of `www.google.com`",
                "if it leads to this profile, give https://www.linkedin.com/in/p-one",
            ),
            ("https://jane@www.linkedin.com/in/p-one", "a user's name before the host", "open the profile"),
            ("ftp://www.linkedin.com/in/p-one", "for `ftp:`", "open the profile"),
            ("javascript:alert(1)", "for `javascript:`", "open the profile"),
            ("https://www.linkedin.com/pub/p-one/1/2/3", "of the old kind", "open the profile"),
            ("https://www.linkedin.com/profile/view?id=1", "of the old kind", "open the profile"),
            ("https://www.linkedin.com/IN/p-one", "`in` is small", "give https://www.linkedin.com/in/p-one"),
            ("https://www.linkedin.com/sales/lead/ACw,x", "Sales Navigator", "open the profile"),
            ("https://lnkd.in/abc", "a short link", "open the profile"),
            ("https://www.linkedin.com/in/ACoAABcdEfG", "a member's id", "open the profile"),
            ("https://www.linkedin.com/in/me/", "their own profile", "open the profile"),
            ("https://www.linkedin.com/company/acme", "is no profile address", "or its last part"),
            ("https://www.linkedin.com/in/", "is no profile address", "or its last part"),
            ("https://www.linkedin.com/in/p-one&sa=U", "holds `&`", "up to there"),
            ("https://www.linkedin.com/in/p%252Done", "holds `%`", "up to there"),
            ("https://www.linkedin.com/in/p\u{202e}one", "holds `\\u{202e}`", "up to there"),
            ("/in/a and /in/b", "several addresses", "one address"),
            ("Jane Doe", "`Jane Doe` is no slug", "or its last part"),
            ("a&b", "is no slug", "or its last part"),
        ] {
            let none = Brought::of(text).plain.unwrap_err();
            assert!(none.what().contains(what) && none.mend().contains(mend), "{text}: {none}");
        }
    }

    #[test]
    fn a_strange_slug_that_somebody_has_is_theirs() {
        let strange: Slug = "[brackets]".parse().unwrap();
        let address = "https://www.linkedin.com/in/%5Bbrackets%5D";
        assert_eq!(Brought::of(address).meant(|slug| *slug == strange), Ok(strange));
        assert_eq!(Brought::of(address).meant(|_| false), Ok("brackets".parse().unwrap()));
        assert_eq!(read("https://www.linkedin.com/in/trailing.").unwrap().as_str(), "trailing.");
    }

    #[test]
    fn an_address_of_a_table_has_the_sites_host_and_one_slug() {
        for address in
            ["https://www.linkedin.com/in/Jane-Doe", "/in/jane-doe/", "http://127.0.0.1:8000/in/jane-doe?x=/in/other"]
        {
            assert_eq!(read(address).unwrap().as_str(), "jane-doe");
        }
        for address in
            ["https://evil.example/in/jane", "https://a@www.linkedin.com/in/jane", "mailto:/in/jane", "/in/..", "jane"]
        {
            assert!(read(address).is_err(), "{address}");
        }
    }

    #[test]
    fn a_text_that_only_holds_a_slash_or_a_colon_is_a_name_and_no_address() {
        for text in ["Jane Doe/Roe", "<script>alert(1)</script>", "=HYPERLINK(\"http://x\")", "Plan P22: x"] {
            assert!(!Brought::of(text).is_address, "{text}");
        }
        for text in ["lnkd.in/x", "Jane <https://www.linkedin.com/in/j>", "/pub/x", "https://x.org", "(www.x.org)"] {
            assert!(Brought::of(text).is_address, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_around_an_address_names_somebody_else(before in "[ <(\\[\"„“]{0,3}", after in "[ >)\\].,;:!?\"'”…\u{200b}\u{200e}\u{a0}]{0,5}") {
            let text = format!("{before}https://www.linkedin.com/in/p-one{after}");
            prop_assert_eq!(plain_of(&text), Ok("p-one".to_owned()));
        }

        #[test]
        fn whatever_is_accepted_is_a_slug_that_an_address_can_hold(text in any::<String>(), part in "[ -~äß\u{200b}😀]{0,12}") {
            for text in [text, format!("https://www.linkedin.com/in/{part}")] {
                if let Ok(slug) = Brought::of(&text).plain {
                    prop_assert!(slug.as_str().chars().all(fits));
                    prop_assert!(!slug.as_str().ends_with(is_cut) && !slug.as_str().starts_with(is_cut));
                }
            }
        }
    }
}
