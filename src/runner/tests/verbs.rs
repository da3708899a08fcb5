//! The verbs beside clicking and typing, on a page that follows a script.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::browser::page::{Armed, Found, Landing, PageError, Rect, Refused, Sight, Status};
use crate::browser::scripted::{Scripted, Turn, sight};
use crate::flow::pack::Pack;
use crate::flow::query::{Candidate, Look, Refusal};
use crate::flow::span::Source;
use crate::flow::suggestion::Missed;
use crate::runner::clock::Clock;
use crate::runner::walk::halt::Halt;
use crate::runner::walk::notes::Notes;
use crate::runner::walk::{Arrival, Values, Walk, Walker};

const SITE: &str = r#"
format = 1
pack = "practice 1"
origin = "https://example.test"
stop_on = ["shut"]
generation.g.when = [{ css = "main" }]
sign.shut = { kind = "latch", any = [{ css = ".shut" }] }
"#;
const TARGETS: &str = r#"
[target.box]
seen = "never"
find = [{ css = "input#agree" }]

[target.reasons]
seen = "never"
find = [{ css = "fieldset" }]

[target.menu]
seen = "never"
find = [{ role = "button", name = { word = "more", name = "{{name}}" } }]

[target.item]
after = "menu"
seen = "never"
find = [{ role = "menuitem", name = { word = "other" } }]

[target.form]
seen = "never"
find = [{ css = "form" }]
read = { title = "h1" }

[target.password]
seen = "never"
find = [{ css = "input[type='password']" }]
"#;
const WORDS: &str = "more = [\"More for {name}\"]\nother = [\"Other\"]\n";

/// A pack with one flow `x` of these steps.
fn pack(inputs: &str, steps: &str) -> Pack {
    let flow = format!("format = 1\nflow = \"x\"\nseen = \"never\"\ninputs = {{ {inputs} }}\n{steps}");
    let files = [("site.toml", SITE), ("targets/p.toml", TARGETS), ("words/en.toml", WORDS), ("flows/x.toml", &flow)];
    let sources = files.map(|(name, text)| Source { name: name.to_owned(), text: text.to_owned() }).to_vec();
    Pack::load(sources).unwrap_or_else(|refused| panic!("{:?}", refused.mistakes)).pack
}

fn armed(token: &str, name: &str) -> Armed {
    Armed { element: "e".into(), token: token.into(), rect: Rect::default(), name: name.into() }
}

/// Answers that this want holds, with a click armed where a name is given.
fn met(at: usize, name: Option<&'static str>) -> Turn {
    Turn::Look(Box::new(move |look: &Look| {
        let token = look.arm.as_ref().map(|arm| arm.token.clone());
        let armed = name.map(|name| armed(&token.expect("a click was to be armed"), name));
        Ok(Sight { met: Some(at), armed, ..sight(Status::Met) })
    }))
}

struct Hand {
    page: Scripted,
    notes: Notes,
    clock: Clock,
}

impl Hand {
    fn new(turns: Vec<Turn>) -> Self {
        let clock = Clock::following_tokio("2026-03-02T09:00:00Z".parse().unwrap());
        Self { page: Scripted::new(turns), notes: Notes::default(), clock }
    }

    fn walker<'a>(&'a mut self, pack: &'a Pack) -> Walker<'a, Scripted> {
        self.notes.walker(&mut self.page, (pack, &self.clock), None)
    }

    /// Walks the flow `x` and answers how that ended and what was called.
    async fn walk(mut self, pack: &Pack) -> (Result<Arrival, Halt>, Vec<String>, BTreeMap<String, String>) {
        let values = Values::from([("name".to_owned(), "Jane Doe".to_owned())]);
        let mut walk = Walk::new(&pack.flows["x"], values);
        let arrived = self.walker(pack).approach(&mut walk).await;
        let log = self.page.log.clone();
        assert_eq!(self.page.finish(), Vec::<String>::new());
        (arrived, log, walk.facts.clone())
    }
}

#[tokio::test(start_paused = true)]
async fn a_box_that_is_ticked_already_is_not_clicked() {
    let pack = pack("name = \"text\"", "[[step]]\nid = \"tick\"\ncheck = \"box\"\n");
    let (arrived, log, _) = Hand::new(vec![met(0, None), met(0, None)]).walk(&pack).await;
    assert!(matches!(arrived, Ok(Arrival::End)));
    assert_eq!(log, ["look", "look"]);
}

#[tokio::test(start_paused = true)]
async fn a_box_is_ticked_by_one_click_and_looked_at_afterwards() {
    let pack = pack("name = \"text\"", "[[step]]\nid = \"tick\"\ncheck = { target = \"box\", to = false }\n");
    let after = Turn::Look(Box::new(|look: &Look| {
        assert_eq!(look.wants.len(), 1);
        assert_eq!((look.wants[0].marked[0].target.as_str(), look.wants[0].marked[0].on), ("box", false));
        assert_eq!(look.armed_before.as_deref(), Some("t1"));
        Ok(sight(Status::Met))
    }));
    let turns = vec![met(1, Some("I agree")), Turn::Click("t1".into(), Ok(())), after];
    let (arrived, log, _) = Hand::new(turns).walk(&pack).await;
    assert!(matches!(arrived, Ok(Arrival::End)), "{arrived:?}");
    assert_eq!(log, ["look", "click t1", "look"]);
}

#[tokio::test(start_paused = true)]
async fn a_box_that_does_not_change_is_a_miss() {
    let pack = pack("name = \"text\"", "[[step]]\nid = \"tick\"\ncheck = \"box\"\n");
    let still_off = Turn::Look(Box::new(|_: &Look| {
        let why = "input#agree is off".to_owned();
        let refused = Refused::new(Refusal::NotFound, "box", why);
        Ok(Sight { refused: Some(refused), ..sight(Status::TimedOut) })
    }));
    let turns = vec![met(1, Some("I agree")), Turn::Click("t1".into(), Ok(())), still_off];
    let (arrived, _, _) = Hand::new(turns).walk(&pack).await;
    let said = arrived.unwrap_err().to_string();
    assert_eq!(said, "step `tick` (flows/x.toml:5:1) does not fit the page: `box` input#agree is off");
}

#[tokio::test(start_paused = true)]
async fn an_option_is_looked_for_inside_its_target_by_the_words_of_the_page() {
    let pack = pack(
        "name = \"text\"",
        "[[step]]\nid = \"why\"\nchoose = { in = \"reasons\", option = { word = \"other\" } }\n",
    );
    let first = Turn::Look(Box::new(|look: &Look| {
        let option = &look.targets["reasons.option"];
        assert_eq!(option.inside.as_deref(), Some("reasons"));
        assert_eq!(option.find.len(), 3);
        assert_eq!(look.words["en"]["other"], ["Other"]);
        assert_eq!(look.arm.as_ref().unwrap().target, "reasons.option");
        assert_eq!(look.arm_when, [1]);
        Ok(Sight { met: Some(1), armed: Some(armed("t1", "Other")), ..sight(Status::Met) })
    }));
    let (arrived, log, _) = Hand::new(vec![first, Turn::Click("t1".into(), Ok(())), met(0, None)]).walk(&pack).await;
    assert!(matches!(arrived, Ok(Arrival::End)), "{arrived:?}");
    assert_eq!(log, ["look", "click t1", "look"]);
}

#[tokio::test(start_paused = true)]
async fn what_is_read_becomes_a_fact() {
    let pack = pack("name = \"text\"", "[[step]]\nid = \"title\"\nread = \"form\"\n");
    let read = Turn::Look(Box::new(|look: &Look| {
        assert_eq!(
            (look.wants[0].see.as_slice(), look.read.as_slice()),
            (&["form".to_owned()][..], &["form".to_owned()][..])
        );
        let found = Found { count: 1, read: BTreeMap::from([("title".into(), "Good bye".into())]), ..Found::default() };
        Ok(Sight { found: BTreeMap::from([("form".into(), found)]), ..sight(Status::Met) })
    }));
    let (arrived, _, facts) = Hand::new(vec![read]).walk(&pack).await;
    assert!(matches!(arrived, Ok(Arrival::End)), "{arrived:?}");
    assert_eq!(facts["form.title"], "Good bye");
}

#[tokio::test(start_paused = true)]
async fn a_click_that_the_page_calls_a_deed_is_refused_before_it_is_made() {
    let pack = pack("name = \"person\"", "[[step]]\nid = \"menu\"\nclick = \"menu\"\n");
    let (arrived, log, _) = Hand::new(vec![met(0, Some("Remove connection"))]).walk(&pack).await;
    let Err(Halt::Miss(miss)) = arrived else { panic!("{arrived:?}") };
    assert_eq!(miss.refused.kind, Refusal::Guard);
    assert!(miss.to_string().contains("\"remove\" is the word of a deed"), "{miss}");
    assert_eq!(log, ["look"]);
}

#[tokio::test(start_paused = true)]
async fn a_flow_with_a_secret_is_refused_before_its_first_step() {
    let steps = "[[step]]\nid = \"open\"\ngoto = \"/\"\n[[step]]\nid = \"type\"\nfill = { into = \"password\", with = \"{{word}}\" }\n";
    let pack = pack("word = \"secret\", name = \"person\"", steps);
    let (arrived, log, _) = Hand::new(vec![]).walk(&pack).await;
    assert!(matches!(&arrived, Err(Halt::Beyond(why)) if why.contains("`word` is a secret")), "{arrived:?}");
    assert!(log.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_person_is_waited_for_and_the_walk_goes_on_behind() {
    let steps = "[[step]]\nid = \"you\"\nhuman = { words = \"Sign the form.\", until = { see = \"form\" }, within = \"10m\" }\n\
                 [[step]]\nid = \"key\"\npress = \"Escape\"\n";
    let pack = pack("name = \"text\"", steps);
    let over = Turn::Look(Box::new(|_: &Look| Ok(sight(Status::TimedOut))));
    let mut hand = Hand::new(vec![over, met(0, None), Turn::Press("Escape".into(), Ok(())), met(0, None)]);
    let mut walk = Walk::new(&pack.flows["x"], Values::new());
    let arrived = hand.walker(&pack).approach(&mut walk).await;
    let Ok(Arrival::Person { words, within }) = arrived else { panic!("{arrived:?}") };
    assert_eq!((words.as_str(), within), ("Sign the form.", Duration::from_secs(600)));
    assert!(!hand.walker(&pack).await_person(&mut walk, Duration::from_secs(5)).await.unwrap());
    assert!(hand.walker(&pack).await_person(&mut walk, Duration::from_secs(5)).await.unwrap());
    let arrived = hand.walker(&pack).approach(&mut walk).await;
    assert!(matches!(arrived, Ok(Arrival::End)), "{arrived:?}");
    assert_eq!(hand.page.finish(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn a_miss_says_what_is_near_and_how_it_differs_without_anybodys_name() {
    let pack = pack("name = \"person\"", "[[step]]\nid = \"menu\"\nclick = \"menu\"\n");
    let missed = Turn::Look(Box::new(|_: &Look| {
        let named = |role: &str, name: &str, place: &str| Candidate {
            role: role.to_owned(),
            name: name.to_owned(),
            place: place.to_owned(),
        };
        let candidates = vec![
            named("button", "Options for JANE DOE", ""),
            named("button", "More for Ann Bee", "outside of the page’s main part"),
            named("button", "More for Cid Dee", ""),
            named("tab", "a \"quoted\" \u{202e}tab", ""),
            named("link", "far away", ""),
        ];
        let why = "is not there: nothing on the page fits";
        let refused = Refused { candidates, ..Refused::new(Refusal::NotFound, "menu", why) };
        let mut seen = Sight { refused: Some(refused), ..sight(Status::Refused) };
        seen.page.generation = Some("g".into());
        Ok(seen)
    }));
    let (arrived, _, _) = Hand::new(vec![missed]).walk(&pack).await;
    let Err(Halt::Miss(miss)) = arrived else { panic!("{arrived:?}") };
    let said = miss.to_string();
    assert!(!said.to_lowercase().contains("jane") && !said.contains("Ann") && !said.contains("Cid"), "{said}");
    let differs: Vec<String> = miss.suggestions.iter().map(|one| one.differs.join(", ")).collect();
    assert_eq!(
        differs,
        [
            "wanted is the name `More for {name}`",
            "outside of the page’s main part",
            "wanted is a button, wanted is the name `More for {name}`",
        ]
    );
    // Only where nothing but the name differs a line is right, and it is one for the words.
    let words: Vec<_> = miss.suggestions.iter().map(|one| one.words.clone()).collect();
    let line = r#"more = ["More for {name}", "Options for {name}"]"#;
    assert_eq!(words, [Some((line.to_owned(), "words/en.toml".to_owned())), None, None]);
    line.parse::<toml::Table>().unwrap();
}

/// Answers that a target is not there.
fn missing(target: &'static str) -> Turn {
    Turn::Look(Box::new(move |_: &Look| {
        let why = "is not there: nothing on the page fits".to_owned();
        let refused = Refused::new(Refusal::NotFound, target, why);
        Ok(Sight { refused: Some(refused), ..sight(Status::TimedOut) })
    }))
}

/// Answers that the guard stopped the click of the step before.
fn blocked() -> Turn {
    Turn::Look(Box::new(|_: &Look| {
        let click = Some(Landing::Blocked { why: "item: it moves".to_owned() });
        Ok(Sight { click, ..sight(Status::Met) })
    }))
}

const IN_A_MENU: &str = "[[step]]\nid = \"menu\"\nclick = \"menu\"\nexpect = { see = \"item\", within = \"4s\" }\n\
                         [[step]]\nid = \"item\"\nclick = \"item\"\nretry = { times = 2, when = [\"stale\"] }\n";

#[tokio::test(start_paused = true)]
async fn a_menu_that_a_stopped_press_closed_is_opened_anew_twice_at_most() {
    let pack = pack("name = \"text\"", IN_A_MENU);
    let click = |token: &str| Turn::Click(token.to_owned(), Ok(()));
    let begins =
        || vec![met(0, Some("More")), click("t1"), met(0, Some("Other")), click("t2"), blocked(), missing("item")];
    let mut turns = begins();
    turns.extend([met(0, Some("More")), click("t4"), met(0, Some("Other")), click("t5"), met(0, None)]);
    let (arrived, log, _) = Hand::new(turns).walk(&pack).await;
    assert!(matches!(arrived, Ok(Arrival::End)), "{arrived:?}");
    assert_eq!(log.iter().filter(|line| line.starts_with("click")).count(), 4, "{log:?}");
    // It is not opened again and again.
    let mut turns = begins();
    for (menu, item) in [("t4", "t5"), ("t7", "t8")] {
        turns.extend([
            met(0, Some("More")),
            click(menu),
            met(0, Some("Other")),
            click(item),
            blocked(),
            missing("item"),
        ]);
    }
    let (arrived, _, _) = Hand::new(turns).walk(&pack).await;
    assert!(matches!(arrived, Err(Halt::Miss(_))), "{arrived:?}");
}

#[tokio::test(start_paused = true)]
async fn a_menu_that_the_page_closed_is_opened_anew() {
    let pack = pack("name = \"text\"", IN_A_MENU);
    let click = |token: &str| Turn::Click(token.to_owned(), Ok(()));
    let mut turns = vec![met(0, Some("More")), click("t1"), met(0, None), missing("item")];
    turns.extend([met(0, Some("More")), click("t4"), met(0, Some("Other")), click("t5"), met(0, None)]);
    let (arrived, log, _) = Hand::new(turns).walk(&pack).await;
    assert!(matches!(arrived, Ok(Arrival::End)), "{arrived:?} {log:?}");
    assert_eq!(log.iter().filter(|line| line.starts_with("click")).count(), 3, "{log:?}");
}

#[tokio::test(start_paused = true)]
async fn a_menu_that_still_stands_after_a_stopped_press_is_not_pressed_again() {
    let pack = pack("name = \"text\"", IN_A_MENU);
    let click = |token: &str| Turn::Click(token.to_owned(), Ok(()));
    let turns = vec![
        met(0, Some("More")),
        click("t1"),
        met(0, Some("Other")),
        click("t2"),
        blocked(),
        met(0, Some("Other")),
        click("t3"),
        met(0, None),
    ];
    let (arrived, log, _) = Hand::new(turns).walk(&pack).await;
    assert!(matches!(arrived, Ok(Arrival::End)), "{arrived:?}");
    assert_eq!(log.iter().filter(|line| *line == "click t1").count(), 1, "{log:?}");
}

#[tokio::test(start_paused = true)]
async fn escape_is_pressed_only_while_something_is_open() {
    let pack = pack("name = \"text\"", IN_A_MENU);
    let open = |layers: u32| Turn::Look(Box::new(move |_: &Look| Ok(Sight { layers, ..sight(Status::Met) })));
    let escape = || Turn::Press("Escape".into(), Ok(()));
    for (turns, presses) in [
        (vec![open(0)], 0),
        // One Escape closed three dialogs.
        (vec![open(3), escape(), open(0)], 1),
        (vec![open(2), escape(), open(1), escape(), open(0)], 2),
        // What does not close by it is left.
        (vec![open(1), escape(), open(1)], 1),
    ] {
        let mut hand = Hand::new(turns);
        hand.walker(&pack).close_layers(&pack.flows["x"]).await.unwrap();
        assert_eq!(hand.page.log.iter().filter(|line| line.starts_with("press")).count(), presses);
        assert_eq!(hand.page.finish(), Vec::<String>::new());
    }
}

#[tokio::test(start_paused = true)]
async fn a_name_that_cannot_be_typed_is_a_miss_of_this_person() {
    let pack = pack("name = \"text\"", "[[step]]\nid = \"type\"\nfill = { into = \"box\", with = \"{{name}}\" }\n");
    let barred = PageError::Barred("the text holds a character that is a key and no text".to_owned());
    let turns = vec![met(0, Some("Name")), Turn::Fill("t1".into(), "Jane Doe".into(), Err(barred))];
    let (arrived, _, _) = Hand::new(turns).walk(&pack).await;
    let Err(Halt::Miss(miss)) = arrived else { panic!("{arrived:?}") };
    assert!(miss.to_string().contains("a character that is a key"), "{miss}");
}

#[tokio::test(start_paused = true)]
async fn nothing_is_proposed_for_a_field_of_a_secret() {
    let steps = "[[step]]\nid = \"type\"\nfill = { into = \"password\", with = \"{{word}}\" }\n";
    let pack = pack("word = \"secret\", name = \"text\"", steps);
    let candidates = [Candidate { role: "textbox".into(), name: "Search".into(), place: String::new() }];
    let names = Values::new();
    let missed = |target| Missed { target, generation: None, language: "en", candidates: &candidates, names: &names };
    assert!(pack.suggest(&missed("password")).is_empty());
    assert_eq!(pack.suggest(&missed("box")).len(), 1);
}
