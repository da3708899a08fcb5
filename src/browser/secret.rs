//! Typing a secret: whether the page and the field are where it may go, asked right before the keystrokes.
//!
//! A reference to an element dies with its document, so that a page that is left between the question and the keystrokes
//! gets none of them. It does not know where a secret comes from, and keeps it only to find it in what the page shows later.

use std::sync::OnceLock;

use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::json;
use url::Url;

use super::act;
use super::agent::call_of_script;
use super::error::Fault;
use super::page::{Armed, Credential, PageError};
use super::tab::DrivenPage;
use super::wire::{Command, ELEMENT_KEY};

/// When a field is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Before,
    After,
}

/// What a field says about itself.
#[derive(Deserialize)]
struct Field {
    /// Why nothing may be typed into it, where that is so.
    barred: Option<String>,
    /// How many UTF-16 units it holds.
    length: usize,
    /// What the page says before anything is typed, where the field is empty and that is not too much.
    #[serde(default)]
    before: Option<Vec<String>>,
}

/// Types it. See [`super::page::Page::type_secret`].
pub(super) async fn type_into(
    page: &mut DrivenPage,
    armed: &Armed,
    what: Credential,
    secret: &SecretString,
) -> Result<(), PageError> {
    if let Some(why) = untypable(secret) {
        return Err(PageError::Barred(why.to_owned()));
    }
    let mut field = check(page, armed, what).await?;
    if field.length > 0 {
        page.send(Command::clear(&armed.element)).await?;
        field = check(page, armed, what).await?;
        if field.length > 0 {
            return Err(PageError::Barred("the field cannot be emptied".to_owned()));
        }
    }
    page.typed.remember(secret, field.before.as_deref());
    match page.act(Command::keys(&armed.element, secret)).await {
        Ok(_) => after(page, armed, what, secret).await,
        Err(Fault::Cut) => Err(PageError::Refused("the document went away while it was typed".to_owned())),
        Err(fault) => Err(fault.into()),
    }
}

/// What the field says, where page and field are as they must be.
async fn check(page: &mut DrivenPage, armed: &Armed, what: Credential) -> Result<Field, PageError> {
    let at = page.send(Command::get("url")).await?;
    if let Some(why) = elsewhere(at.as_str().unwrap_or_default(), &page.origin) {
        return Err(PageError::Barred(why));
    }
    let field = ask(page, armed, (what, Phase::Before)).await?;
    match field.barred {
        Some(why) => Err(PageError::Barred(why)),
        None => Ok(field),
    }
}

/// What came of it. A document that went away took the field along, as a page may that sends a whole code at once.
async fn after(page: &mut DrivenPage, armed: &Armed, what: Credential, secret: &SecretString) -> Result<(), PageError> {
    let field = match ask(page, armed, (what, Phase::After)).await {
        Ok(field) => field,
        Err(error @ (PageError::Lost(_) | PageError::Garbled(_))) => return Err(error),
        Err(_) => return Ok(()),
    };
    let whole = field.length == secret.expose_secret().encode_utf16().count();
    if what == Credential::Password && field.barred.is_none() && !whole {
        return Err(PageError::Refused("the field does not hold as much as was typed into it".to_owned()));
    }
    Ok(())
}

async fn ask(page: &mut DrivenPage, armed: &Armed, (what, phase): (Credential, Phase)) -> Result<Field, PageError> {
    static SCRIPT: OnceLock<String> = OnceLock::new();
    let script = SCRIPT.get_or_init(|| call_of_script(include_str!("secret.js")));
    let envelope = json!({
        "secret": page.secret,
        "origin": page.origin.origin().ascii_serialization(),
        "password": what == Credential::Password,
        "phase": if phase == Phase::Before { "before" } else { "after" },
    });
    let answer = page.send(Command::script(script, &json!([{ELEMENT_KEY: armed.element}, envelope]))).await?;
    serde_json::from_value(answer).map_err(|error| PageError::Garbled(error.to_string()))
}

/// Why an address is not of an origin, in words that show nothing of it but scheme, host and port.
pub(super) fn elsewhere(address: &str, origin: &Url) -> Option<String> {
    let Ok(url) = Url::parse(address) else { return Some("the page has no address that can be read".to_owned()) };
    if !url.username().is_empty() || url.password().is_some() {
        return Some("the page's address holds a user".to_owned());
    }
    // A name with a dot at its end is another name for the browser's rules.
    if url.host_str().is_none_or(|host| host.ends_with('.')) {
        return Some("the page's address names no host as it must be written".to_owned());
    }
    let place = |url: &Url| (url.scheme().to_owned(), url.host_str().map(str::to_owned), url.port_or_known_default());
    (place(&url) != place(origin)).then(|| {
        let (is, wanted) = (url.origin().ascii_serialization(), origin.origin().ascii_serialization());
        format!("the page is of {is}, and secrets go only to {wanted}")
    })
}

/// Why a text is none that can be typed, if so: the protocol gives some characters the meaning of keys.
fn untypable(secret: &SecretString) -> Option<&'static str> {
    let text = secret.expose_secret();
    if text.is_empty() {
        return Some("it is empty");
    }
    act::holds_key(text).then_some("it holds a character that is a key and no text")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_exact_origin_is_the_place() {
        let origin = Url::parse("https://www.linkedin.com/").unwrap();
        for good in ["https://www.linkedin.com/x?y#z", "https://www.linkedin.com:443/", "https://WWW.linkedin.com/"] {
            assert_eq!(elsewhere(good, &origin), None, "{good}");
        }
        for bad in [
            "http://www.linkedin.com/",
            "https://www.linkedin.com:444/",
            "https://linkedin.com/",
            "https://evil.www.linkedin.com/",
            "https://www.linkedin.com.evil.example/",
            "https://www.linkedin.com./",
            "https://www.linkedin.com@evil.example/",
            "https://user@www.linkedin.com/",
            "https://:pw@www.linkedin.com/",
            "https://www.lіnkedin.com/",
            "data:text/html,x",
            "about:blank",
            "blob:https://www.linkedin.com/1",
            "",
        ] {
            assert!(elsewhere(bad, &origin).is_some(), "{bad}");
        }
        let why = elsewhere("https://www.lіnkedin.com/token", &origin).unwrap();
        assert!(why.contains("xn--") && !why.contains("token"), "{why}");
    }

    #[test]
    fn a_text_that_would_press_keys_is_not_typed() {
        for bad in ["", "a\nb", "a\tb", "a\u{e007}", "a\u{7f}"] {
            assert!(untypable(&SecretString::from(bad)).is_some(), "{bad:?}");
        }
        assert_eq!(untypable(&SecretString::from("pässwörd \u{1f600}")), None);
    }
}
