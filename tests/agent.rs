//! The page agent against both drivers: every `tests/agent/<case>.html` with its `<case>.json`, one session a browser.
//!
//! A case is a list of steps: `{"look": request, "sees": part of the answer}`, `{"click": token}`,
//! `{"fill": [token, text]}`, `{"press": key}`, `{"goto": path}`. A step's `fails` names the error that it must end with. In
//! `sees`, an object names only what must be there, `"~text"` stands for any text that contains it, `"<=n"` for a
//! number that is not larger, and `null` for nothing.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use exeunt::browser::binary::Kind;
use exeunt::browser::page::{Armed, Page, PageError, Sight};
use exeunt::flow::query::Look;
use serde_json::{Value, json};

use crate::support::{drivers, files};

/// One case may not take longer than this, whatever it waits for.
const CASE: Duration = Duration::from_secs(180);

#[tokio::test]
async fn the_agent_answers_alike_in_chrome() {
    run(Kind::Chrome).await;
}

#[tokio::test]
async fn the_agent_answers_alike_in_firefox() {
    run(Kind::Firefox).await;
}

async fn run(kind: Kind) {
    let only = std::env::var("EXEUNT_TEST_CASE").ok();
    let origin = files::serve(folder()).await;
    let place = tempfile::tempdir().unwrap();
    let mut page = drivers::page(kind, &origin, place.path()).await;
    let mut failures = Vec::new();
    let mut ran = 0;
    for case in cases() {
        let name = case.file_stem().unwrap().to_string_lossy().into_owned();
        if only.as_deref().is_some_and(|only| only != name) {
            continue;
        }
        ran += 1;
        let steps: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(&case).unwrap())
            .unwrap_or_else(|error| panic!("{}: {error}", case.display()));
        let outcome = tokio::time::timeout(CASE, walk(&mut page, &name, &steps)).await;
        if let Err(why) = outcome.unwrap_or_else(|_| Err(format!("not done within {} s", CASE.as_secs()))) {
            failures.push(format!("{kind}, {name}: {why}"));
        }
    }
    page.close().await;
    assert!(ran > 0, "no case was run");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/agent")
}

fn cases() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let mut cases: Vec<PathBuf> = entries.filter(|path| path.extension().is_some_and(|end| end == "json")).collect();
    cases.sort();
    cases
}

async fn walk(page: &mut impl Page, name: &str, steps: &[Value]) -> Result<(), String> {
    page.goto(&format!("/{name}.html")).await.map_err(|error| error.to_string())?;
    let mut armed: BTreeMap<String, Armed> = BTreeMap::new();
    for (at, step) in steps.iter().enumerate() {
        let outcome = one(page, step, &mut armed).await;
        let at = at + 1;
        match (outcome, step.get("fails").and_then(Value::as_str)) {
            (Ok(()), None) => {}
            (Ok(()), Some(wanted)) => return Err(format!("step {at}: did not fail, expected {wanted}")),
            (Err(Failed::Page(error)), Some(wanted)) if format!("{error:?}").starts_with(wanted) => {}
            (Err(Failed::Page(error)), _) => return Err(format!("step {at}: {error:?}")),
            (Err(Failed::Answer(why)), _) => return Err(format!("step {at}: {why}")),
        }
    }
    Ok(())
}

enum Failed {
    Page(PageError),
    Answer(String),
}

impl From<PageError> for Failed {
    fn from(error: PageError) -> Self {
        Self::Page(error)
    }
}

async fn one(page: &mut impl Page, step: &Value, armed: &mut BTreeMap<String, Armed>) -> Result<(), Failed> {
    let by_token = |token: &Value| armed.get(token.as_str().unwrap()).cloned();
    if let Some(token) = step.get("click") {
        let armed = by_token(token).ok_or_else(|| Failed::Answer(format!("{token} was never armed")))?;
        return Ok(page.click(&armed).await?);
    }
    if let Some(fill) = step.get("fill") {
        let armed = by_token(&fill[0]).ok_or_else(|| Failed::Answer(format!("{} was never armed", fill[0])))?;
        return Ok(page.fill(&armed, fill[1].as_str().unwrap()).await?);
    }
    if let Some(key) = step.get("press") {
        return Ok(page.press(key.as_str().unwrap()).await?);
    }
    if let Some(path) = step.get("goto") {
        return Ok(page.goto(path.as_str().unwrap()).await?);
    }
    let mut look: Look = serde_json::from_value(step["look"].clone()).expect("a case's request is one");
    look.v = 1;
    let began = std::time::Instant::now();
    let sight = page.look(&look).await?;
    if let Some(click) = &sight.armed {
        armed.insert(click.token.clone(), click.clone());
    }
    let mut seen = plain(&sight);
    seen["took"] = json!(u64::try_from(began.elapsed().as_millis()).unwrap());
    differs(&seen, &step["sees"], "").map_or(Ok(()), |why| Err(Failed::Answer(format!("{why}\nsaw: {seen}"))))
}

/// An answer as plain data, with `null` for what is not there.
fn plain(sight: &Sight) -> Value {
    let found = sight.found.iter().map(|(name, one)| {
        let value = json!({
            "count": one.count, "winner": one.winner, "role": one.role, "name": one.name, "read": one.read,
        });
        (name.clone(), value)
    });
    json!({
        "status": format!("{:?}", sight.status).to_lowercase(),
        "met": sight.met,
        "page": sight.page,
        "found": found.collect::<serde_json::Map<_, _>>(),
        "layers": sight.layers,
        "draws": sight.draws.iter().map(|(name, one)| {
            (name.clone(), json!({"state": format!("{:?}", one.state), "still_ms": one.still_ms}))
        }).collect::<serde_json::Map<_, _>>(),
        "stop": sight.stop.as_ref().map(|stop| json!({"sign": stop.sign, "why": stop.why})),
        "said": sight.said,
        "identity": sight.identity,
        "armed": sight.armed.as_ref().map(|armed| json!({"token": armed.token, "name": armed.name})),
        "refused": sight.refused.as_ref().map(|refused| json!({
            "kind": refused.kind, "target": refused.target, "why": refused.why,
            "candidates": refused.candidates.iter().map(|one| [&one.role, &one.name]).collect::<Vec<_>>(),
            "places": refused.candidates.iter().map(|one| &one.place).collect::<Vec<_>>(),
            "unread": refused.unread.as_ref().map(|unread| json!({
                "language": unread.language, "said": unread.said, "text": unread.text, "button": unread.button,
            })),
        })),
        "click": sight.click.as_ref().map(|click| format!("{click:?}")),
    })
}

/// Where what was seen is not what was expected.
fn differs(seen: &Value, wanted: &Value, path: &str) -> Option<String> {
    let no = || Some(format!("at {path}: expected {wanted}, saw {seen}"));
    match wanted {
        Value::Object(parts) => parts
            .iter()
            .find_map(|(key, part)| differs(seen.get(key).unwrap_or(&Value::Null), part, &format!("{path}/{key}"))),
        Value::String(text) if text.starts_with('~') => {
            if seen.as_str().is_some_and(|seen| seen.contains(&text[1..])) {
                None
            } else {
                no()
            }
        }
        Value::String(text) if text.starts_with("<=") => {
            let most: f64 = text[2..].parse().unwrap();
            if seen.as_f64().is_some_and(|seen| seen <= most) { None } else { no() }
        }
        Value::String(text) if text.starts_with(">=") => {
            let least: f64 = text[2..].parse().unwrap();
            if seen.as_f64().is_some_and(|seen| seen >= least) { None } else { no() }
        }
        _ if seen == wanted => None,
        _ => no(),
    }
}
