//! Dialogs that say what no known text says: who is asked, what is kept, and what nobody is asked about.

use super::house::{House, Reader};
use super::unfound::import;
use crate::event::exit::Ending;
use crate::event::fact::Fact;
use crate::event::id::{Digest, Realm};
use crate::event::state::EffectState;
use crate::ledger::Scope;

const SAYS: &str = "do you really want to part from {first}?";

/// What was asked.
fn asked(house: &House) -> Vec<String> {
    house.shown.lock().unwrap().iter().filter(|line| line.starts_with("the dialog says")).cloned().collect()
}

fn kept(house: &House, pack: &[u8]) -> Vec<String> {
    let scope = Scope { account: &house.account, realm: Realm::Practice };
    let texts = house.ledger.accepted_texts(scope, &Digest::of(pack)).unwrap();
    texts
        .into_iter()
        .flat_map(|(language, texts)| texts.into_iter().map(move |text| format!("{language}: {text}")))
        .collect()
}

#[tokio::test(start_paused = true)]
async fn a_text_that_nobody_knows_is_accepted_once_by_a_person_and_confirmed_from_then_on() {
    let house = House::new(&["anna", "bert", "carl"]);
    house.world().dialog_says = Some(SAYS);
    *house.reader.lock().unwrap() = Reader::Says(true);
    let outcome = house.live_limited(2).await;
    house.check();
    assert_eq!(outcome.ending, Ending::DueLater, "{}", outcome.why);
    assert_eq!(house.path("bert"), "APPROVED PRECHECK INTENT ACTED VERIFYING DONE CONFIRMED");
    assert_eq!(asked(&house), ["the dialog says do you really want to part from Name of anna?"]);
    assert_eq!(kept(&house, b"pack"), [format!("en: {SAYS}")]);
    assert_eq!(kept(&house, b"another pack"), Vec::<String>::new(), "with another pack it is read anew");
    // Another run, with nobody there to read.
    *house.reader.lock().unwrap() = Reader::Nobody;
    let outcome = house.live().await;
    house.check();
    assert_eq!((outcome.ending, asked(&house).len()), (Ending::Done, 1), "{}", outcome.why);
}

#[tokio::test(start_paused = true)]
async fn it_is_on_disk_before_the_button_is_clicked() {
    let house = House::new(&["anna"]);
    house.world().dialog_says = Some(SAYS);
    *house.reader.lock().unwrap() = Reader::Says(true);
    house.live().await;
    let run = house.ledger.runs(&house.account).unwrap().pop().unwrap();
    let facts: Vec<Fact> =
        house.ledger.links_of_run(&run.id).unwrap().iter().map(|link| link.entry().unwrap().fact).collect();
    let at = |is: &dyn Fn(&Fact) -> bool| facts.iter().position(is).unwrap();
    let accepted = at(&|fact| matches!(fact, Fact::TextAccepted { slug, .. } if slug.as_str() == "anna"));
    let moved = |to| at(&|fact: &Fact| matches!(fact, Fact::Moved(moved) if moved.to == to));
    assert!(moved(EffectState::Intent) < accepted && accepted < moved(EffectState::Acted));
}

#[tokio::test(start_paused = true)]
async fn without_a_yes_nothing_is_confirmed_and_nobody_else_is_tried() {
    for reader in [Reader::Nobody, Reader::Says(false)] {
        let house = House::new(&["anna", "bert"]);
        house.world().dialog_says = Some(SAYS);
        *house.reader.lock().unwrap() = reader;
        let outcome = house.live().await;
        house.check();
        assert_eq!(outcome.ending, Ending::InDoubt, "{}", outcome.why);
        assert_eq!(
            (house.path("anna").as_str(), house.path("bert").as_str()),
            ("APPROVED PRECHECK INTENT UNKNOWN", "APPROVED")
        );
        assert!(
            house.run_facts().contains(&"incident unread_dialog, 1 pictures".to_owned()),
            "{:?}",
            house.run_facts()
        );
        assert_eq!((house.world().log.len(), kept(&house, b"pack").len()), (0, 0));
    }
}

#[tokio::test(start_paused = true)]
async fn a_text_that_names_somebody_else_who_is_known_or_is_too_long_is_shown_to_nobody() {
    for text in ["remove {first} and name of bert?", ""] {
        let house = House::new(&["anna"]);
        import(&house, &["anna", "bert"]);
        house.world().dialog_says = Some(text);
        *house.reader.lock().unwrap() = Reader::Says(true);
        let outcome = house.live().await;
        house.check();
        assert_eq!((outcome.ending, asked(&house)), (Ending::InDoubt, vec![]), "{text}");
        assert_eq!(house.world().log, Vec::<String>::new());
    }
}

#[tokio::test(start_paused = true)]
async fn a_person_who_reads_too_long_or_stops_meanwhile_accepts_nothing() {
    for stops in [false, true] {
        let house = House::new(&["anna"]);
        house.world().dialog_says = Some(SAYS);
        *house.reader.lock().unwrap() = Reader::Hesitates(vec![]);
        let began = tokio::time::Instant::now();
        let stop = async {
            if stops {
                tokio::time::sleep(std::time::Duration::from_secs(60)).await;
                house.stop.send(crate::runner::wait::Stop::Asked).unwrap();
            }
        };
        let (outcome, ()) = tokio::join!(house.live(), stop);
        house.check();
        let took = began.elapsed().as_secs();
        assert!(if stops { (60..120).contains(&took) } else { (240..300).contains(&took) }, "{took} s");
        assert_eq!(
            (outcome.ending, house.path("anna").as_str()),
            (Ending::InDoubt, "APPROVED PRECHECK INTENT UNKNOWN")
        );
    }
}
