//! `site.toml`.

use super::condition::condition;
use super::find::selector;
use super::table::{Entry, Keys, Reader, Value};
use crate::flow::grammar;
use crate::flow::limit::{MOST_CONDITIONS, MOST_MASKS};
use crate::flow::mistake::{Kind, Mistake, Thing, near};
use crate::flow::query::Condition;
use crate::flow::site::{Generation, Identity, OTHER_ACCOUNT, Sign, SignKind, Site};
use crate::flow::span::Spanned;
use crate::flow::target::Mention;

/// Reads `site.toml`.
pub(super) fn site(reader: &mut Reader, mut keys: Keys<'_>) -> Site {
    super::format::check(reader, &mut keys);
    let nowhere = keys.span;
    let unnamed = || Spanned { value: String::new(), span: nowhere };
    let pack = keys.need("pack", reader).and_then(|entry| reader.text(entry.value)).unwrap_or_else(unnamed);
    let origin = keys.need("origin", reader).and_then(|entry| origin(reader, entry.value)).unwrap_or_else(unnamed);
    let identity = keys.take("identity").and_then(|entry| identity(reader, entry.value));
    let visits = keys.take("visits").map(|entry| visits(reader, entry.value)).unwrap_or_default();
    let mut selectors =
        |key, what| keys.take(key).map(|entry| selectors(reader, what, entry.value)).unwrap_or_default();
    let masks = selectors("mask", "selectors in `mask`");
    let notices = selectors("notices", "selectors in `notices`");
    let generations = keys.need("generation", reader).map(|entry| generations(reader, entry)).unwrap_or_default();
    let order = keys.need("stop_on", reader).map(|entry| reader.texts(entry.value)).unwrap_or_default();
    let signs = keys.need("sign", reader).map(|entry| signs(reader, entry)).unwrap_or_default();
    keys.finish(reader);
    sign_of_identity(reader, identity.as_ref(), &order);
    Site { pack, origin, generations, signs: in_order(reader, signs, &order), identity, visits, masks, notices }
}

fn visits(reader: &mut Reader, value: Value<'_>) -> Vec<Spanned<String>> {
    let mut paths = reader.texts(value);
    paths.retain(|path| super::condition::is_fixed_path(reader, path));
    paths
}

fn selectors(reader: &mut Reader, what: &'static str, value: Value<'_>) -> Vec<Spanned<String>> {
    let items = reader.list(value);
    if items.len() > MOST_MASKS {
        let span = reader.at(value);
        reader.report(Kind::TooMuch { what, is: items.len(), most: MOST_MASKS }, span);
    }
    items.into_iter().take(MOST_MASKS).filter_map(|item| selector(reader, item)).collect()
}

fn origin(reader: &mut Reader, value: Value<'_>) -> Option<Spanned<String>> {
    let text = reader.text(value)?;
    if !is_origin(&text.value) {
        let want =
            "like `https://www.linkedin.com`: scheme, host in lower case, a port only where one is needed, no path";
        reader.bad("origin", &text.value, want, text.span);
    }
    Some(text)
}

/// Whether a text is an exact origin. Plain `http` is for loopback only.
fn is_origin(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else { return false };
    let (host, port) = rest.split_once(':').map_or((rest, None), |(host, port)| (host, Some(port)));
    let letters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.';
    let host_fits = !host.is_empty()
        && host.chars().all(letters)
        && !host.starts_with(['.', '-'])
        && !host.ends_with(['.', '-'])
        && !host.contains("..");
    let default = if scheme == "https" { "443" } else { "80" };
    let port_fits =
        port.is_none_or(|port| port != default && !port.starts_with(['0', '+']) && port.parse::<u16>().is_ok());
    let loopback = matches!(host, "localhost" | "127.0.0.1");
    host_fits && port_fits && (scheme == "https" || (scheme == "http" && loopback))
}

fn identity(reader: &mut Reader, value: Value<'_>) -> Option<Identity> {
    let mut keys = reader.table(value, &grammar::IDENTITY)?;
    let mut text = |key| keys.need(key, reader).and_then(|entry| reader.text(entry.value));
    let (flow, target, always) = (text("flow"), text("target"), text("always"));
    keys.finish(reader);
    Some(Identity { flow: flow?, target: target?, always: always? })
}

fn generations(reader: &mut Reader, entry: Entry<'_>) -> Vec<Generation> {
    let Some(keys) = reader.table(entry.value, &grammar::GENERATIONS) else { return Vec::new() };
    let mut generations = Vec::new();
    for entry in keys.all() {
        let Some(name) = reader.name(entry, "generation", '-') else { continue };
        let Some(mut keys) = reader.table(entry.value, &grammar::GENERATION) else { continue };
        let mut mentions = Vec::new();
        let when = keys.need("when", reader).map(|entry| all_of(reader, entry.value, &mut mentions));
        keys.finish(reader);
        generations.push(Generation { name, when: when.unwrap_or_default(), mentions });
    }
    if generations.is_empty() {
        reader.report(Kind::Empty("table"), entry.at);
    }
    generations
}

fn all_of(reader: &mut Reader, value: Value<'_>, mentions: &mut Vec<Mention>) -> Vec<Condition> {
    let items = reader.list(value);
    let span = reader.at(value);
    if items.is_empty() {
        reader.report(Kind::Empty("list"), span);
    }
    if items.len() > MOST_CONDITIONS {
        reader.report(Kind::TooMuch { what: "conditions in one list", is: items.len(), most: MOST_CONDITIONS }, span);
    }
    items.into_iter().take(MOST_CONDITIONS).filter_map(|item| condition(reader, item, mentions)).collect()
}

fn signs(reader: &mut Reader, entry: Entry<'_>) -> Vec<Sign> {
    let Some(keys) = reader.table(entry.value, &grammar::SIGNS) else { return Vec::new() };
    let mut signs = Vec::new();
    for entry in keys.all() {
        let Some(name) = reader.name(entry, "sign", '_') else { continue };
        let Some(mut keys) = reader.table(entry.value, &grammar::SIGN) else { continue };
        let mut mentions = Vec::new();
        let kinds = &grammar::SIGN_KINDS;
        let kind = keys.need("kind", reader).and_then(|entry| reader.word("kind of sign", entry.value, kinds));
        let any = keys.need("any", reader).map(|entry| any_of(reader, entry.value, &mut mentions));
        keys.finish(reader);
        signs.push(Sign { name, kind: kind.unwrap_or(SignKind::Latch), any: any.unwrap_or_default(), mentions });
    }
    signs
}

fn any_of(reader: &mut Reader, value: Value<'_>, mentions: &mut Vec<Mention>) -> Vec<Vec<Condition>> {
    let items = reader.list(value);
    let span = reader.at(value);
    if items.is_empty() {
        reader.report(Kind::Empty("list"), span);
    }
    if items.len() > MOST_CONDITIONS {
        reader.report(Kind::TooMuch { what: "conditions in one list", is: items.len(), most: MOST_CONDITIONS }, span);
    }
    items
        .into_iter()
        .take(MOST_CONDITIONS)
        .map(|item| match item.get_ref().is_array() {
            true => all_of(reader, item, mentions),
            false => condition(reader, item, mentions).into_iter().collect(),
        })
        .filter(|all| !all.is_empty())
        .collect()
}

fn in_order(reader: &mut Reader, mut signs: Vec<Sign>, order: &[Spanned<String>]) -> Vec<Sign> {
    let mut ordered: Vec<Sign> = Vec::new();
    let mut unknown = false;
    let names: Vec<String> = signs.iter().map(|sign| sign.name.value.clone()).collect();
    for (at, name) in order.iter().enumerate() {
        if let Some(first) = order[..at].iter().find(|first| first.value == name.value) {
            let kind = Kind::Twice { thing: Thing::Sign, name: name.value.clone() };
            reader.mistakes.push(Mistake { kind, span: name.span, also: Some(first.span) });
        } else if let Some(at) = signs.iter().position(|sign| sign.name.value == name.value) {
            ordered.push(signs.remove(at));
        } else if name.value != OTHER_ACCOUNT {
            unknown = true;
            let near = near(&name.value, names.iter().map(String::as_str));
            reader.report(Kind::Unknown { thing: Thing::Sign, name: name.value.clone(), near }, name.span);
        }
    }
    // A mistyped name in the list makes its sign look idle.
    for idle in signs.into_iter().filter(|_| !unknown) {
        reader.report(Kind::Unused { thing: Thing::Sign, name: idle.name.value }, idle.name.span);
    }
    ordered
}

fn sign_of_identity(reader: &mut Reader, identity: Option<&Identity>, order: &[Spanned<String>]) {
    let listed = order.iter().find(|name| name.value == OTHER_ACCOUNT);
    match (identity, listed) {
        (None, Some(name)) => reader.report(Kind::IdentityAndSign, name.span),
        (Some(identity), None) => reader.report(Kind::IdentityAndSign, identity.always.span),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::is_origin;

    #[test]
    fn origins_are_exact() {
        for good in ["https://www.linkedin.com", "http://127.0.0.1:8080", "http://localhost:1", "https://a.b:8443"] {
            assert!(is_origin(good), "{good}");
        }
        for bad in [
            "http://www.linkedin.com",
            "https://www.linkedin.com/",
            "https://www.linkedin.com:443",
            "https://user@www.linkedin.com",
            "https://WWW.linkedin.com",
            "https://",
            "www.linkedin.com",
            "https://a..b",
            "https://a:99999",
            "https://a:+1",
            "javascript://a",
        ] {
            assert!(!is_origin(bad), "{bad}");
        }
    }
}
