//! Compares a walk with an earlier one: which steps belong together, and the rules by which each pair is judged.
//!
//! Nothing here opens a file or draws a picture: what was kept comes in, a judgement goes out.

use serde::{Deserialize, Serialize};

use super::observation::Redaction;
use super::seen::Seen;
use super::step::StepRecord;
use super::words;
use crate::event::comparison::{ComparedStep, Difference, Likeness, Side};
use crate::event::id::RunId;

/// More than this share of the points of a picture is a change: 5,000 of a million, half a percent.
pub const PICTURE_CHANGES: u32 = 5_000;
/// More than this share of the words of a page is a change: 50 of a thousand, five percent.
pub const WORDS_CHANGE: u64 = 50;
/// A target whose middle is further away than this in CSS pixels, to the side or down, is in another place.
pub const PLACE_MOVES: i64 = 32;

/// The content of `comparison.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Comparison {
    /// The version of this file's shape: 1.
    pub v: u32,
    /// The run that walked again.
    pub run: RunId,
    /// The earlier run.
    pub with: RunId,
    /// Every step of either, in order.
    pub steps: Vec<ComparedStep>,
    /// What is covered in the pictures that the comparison added.
    pub redactions: Vec<Redaction>,
}

/// What the new walk was able to see: the flow's steps, and how the walk ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Course {
    /// The acting flow.
    pub flow: String,
    /// Its steps by id, in the order of the flow; whether a rehearsal ends there (a secret, or what cannot be undone).
    pub steps: Vec<(String, bool)>,
    /// How the new walk ended.
    pub ended: Ended,
    /// How the paths of the account's own pages begin. What those pages say is compared; other pages only lie on the way.
    pub own_pages: Vec<String>,
}

/// How the new walk ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// At this step, as every rehearsal does.
    Rehearsed(String),
    /// A step did not fit the page, or the flow itself ended it.
    OnThePage,
    /// From outside: somebody stopped it, the site did, or the browser was lost.
    Outside,
}

/// Two steps that belong together, or one that is alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair<'a> {
    /// In the earlier walk.
    pub then: Option<&'a Seen>,
    /// In the new one.
    pub now: Option<&'a Seen>,
    /// The new walk could not reach it.
    pub is_behind: bool,
    /// The new walk has a step that comes after it in the earlier walk: it went on without this one.
    pub is_passed: bool,
    /// It is on a page of the account's own, in the earlier walk or in the new one.
    pub is_own: bool,
}

/// Pairs the steps of the two walks that have the same flow and the same id; of a step that was repeated, the last try. The
/// pairs stand in the order of the earlier walk; a step that only the new walk has stands behind the step that it followed.
#[must_use]
pub fn pairs<'a>(then: &'a [Seen], now: &'a [Seen], course: &Course) -> Vec<Pair<'a>> {
    let (then, now) = (last_of_each(then), last_of_each(now));
    let behind = behind(&then, course);
    let mut pairs = Vec::new();
    let mut told = 0;
    for (at, one) in then.iter().enumerate() {
        let found = now.iter().position(|other| is_same_step(&one.record, &other.record));
        if let Some(found) = found {
            pairs.extend(only_now(&then, now.get(told..found).unwrap_or_default(), course));
            told = told.max(found + 1);
        }
        let other = found.map(|found| now[found]);
        let is_own = is_own(one, course) || other.is_some_and(|other| is_own(other, course));
        let is_walked = |later: &&Seen| now.iter().any(|other| is_same_step(&later.record, &other.record));
        let is_passed = then[at + 1..].iter().any(is_walked);
        pairs.push(Pair { then: Some(one), now: other, is_behind: behind[at], is_passed, is_own });
    }
    pairs.extend(only_now(&then, now.get(told..).unwrap_or_default(), course));
    pairs
}

fn is_own(seen: &Seen, course: &Course) -> bool {
    let path = path_of(seen.record.page.arrived.as_str());
    course.own_pages.iter().any(|own| path.starts_with(own.as_str()))
}

fn only_now<'a>(then: &[&Seen], now: &[&'a Seen], course: &Course) -> Vec<Pair<'a>> {
    let is_new = |one: &&&Seen| !then.iter().any(|other| is_same_step(&one.record, &other.record));
    let pair = |one: &&'a Seen| Pair {
        then: None,
        now: Some(one),
        is_behind: false,
        is_passed: true,
        is_own: is_own(one, course),
    };
    now.iter().filter(is_new).map(pair).collect()
}

fn is_same_step(one: &StepRecord, other: &StepRecord) -> bool {
    (&one.flow, &one.step) == (&other.flow, &other.step)
}

/// A step that was tried again stands where it was first walked, as it was walked last.
fn last_of_each(seen: &[Seen]) -> Vec<&Seen> {
    let mut each: Vec<&Seen> = Vec::new();
    for one in seen {
        match each.iter_mut().find(|other| is_same_step(&one.record, &other.record)) {
            Some(earlier) => *earlier = one,
            None => each.push(one),
        }
    }
    each
}

/// Of each earlier step whether it lies behind what the new walk could come to know.
///
/// That is everything from the first step on at which any rehearsal ends, everything from the step on at which the new
/// walk ended as a rehearsal, every step of another flow (the proof after a deed), and all that a walk did not reach that was
/// ended from outside. A step that the flow does not have any more lies where the one before it lies.
fn behind(then: &[&Seen], course: &Course) -> Vec<bool> {
    let place_of = |id: &str| course.steps.iter().position(|(step, _)| step == id);
    let end = match &course.ended {
        Ended::Rehearsed(step) => place_of(step).unwrap_or(course.steps.len()),
        Ended::OnThePage => course.steps.len(),
        Ended::Outside => 0,
    };
    let (mut place, mut is_behind) = (0, false);
    then.iter()
        .map(|seen| {
            let found = place_of(&seen.record.step);
            place = found.unwrap_or(place);
            is_behind |= found.is_some_and(|at| course.steps[at].1);
            is_behind || place >= end || seen.record.flow != course.flow
        })
        .collect()
}

/// Judges one pair. The first rule that holds decides:
///
/// 1. only the new walk has the step: **new**;
/// 2. only the earlier walk has it: **not walked** where the new one could not come to know it, **gone** where it went on without
///    it, else **not reached**;
/// 3. it fitted the page then and does not now: **gone**;
/// 4. how it ended, what was checked, what the target is called, a word of the page's title, a text that a `read` step
///    reads, or, on a page of the account's own, more than five percent of the page's words ([`WORDS_CHANGE`]) or more than
///    half a percent of the picture ([`PICTURE_CHANGES`]) differs: **changed**. Numbers are no words: they count unread
///    messages and date things. Pages on the way show other people and differ each time, so their text and picture decide
///    nothing;
/// 5. another alternative found the target, the page has another address (without scheme, host, port, query and fragment), or
///    the target is more than 32 CSS pixels away ([`PLACE_MOVES`]; compared in windows of one size only): **moved**;
/// 6. otherwise: **same**.
///
/// The answer says with the judgement all that differs by the rule that decided.
#[must_use]
pub fn judge(pair: &Pair<'_>, difference: Option<&Difference>) -> (Likeness, Vec<String>) {
    let (then, now) = match (pair.then, pair.now) {
        (Some(then), Some(now)) => (then, now),
        (None, _) => return (Likeness::New, vec!["the earlier walk did not come here".to_owned()]),
        (Some(_), None) if pair.is_behind => {
            return (Likeness::NotWalked, vec!["it lies behind the end of this walk".to_owned()]);
        }
        (Some(_), None) if pair.is_passed => return (Likeness::Gone, vec!["the walk went on without it".to_owned()]),
        (Some(_), None) => return (Likeness::NotReached, vec!["the walk ended before it".to_owned()]),
    };
    if then.record.fits() && !now.record.fits() {
        return (Likeness::Gone, vec![format!("it does not fit now: {}", now.record.outcome)]);
    }
    let changes = changes(pair.is_own, (then, now), difference);
    if !changes.is_empty() {
        return (Likeness::Changed, changes);
    }
    let moves = moves(&then.record, &now.record);
    let likeness = if moves.is_empty() { Likeness::Same } else { Likeness::Moved };
    (likeness, moves)
}

fn changes(is_own: bool, (then, now): (&Seen, &Seen), difference: Option<&Difference>) -> Vec<String> {
    let (a, b) = (&then.record, &now.record);
    let mut changes = Vec::new();
    let mut texts = |what: &str, then: &str, now: &str| {
        if then != now {
            changes.push(format!("{what}: “{then}” then, “{now}” now"));
        }
    };
    texts("how it ended", &a.outcome, &b.outcome);
    texts("the target's name", &a.name, &b.name);
    if words::in_title(&a.page.title) != words::in_title(&b.page.title) {
        texts("the title", &a.page.title, &b.page.title);
    }
    let checked = |record: &StepRecord| -> Vec<(String, bool)> {
        record.assertions.iter().map(|assertion| (assertion.expected.clone(), assertion.pass)).collect()
    };
    if checked(a) != checked(b) {
        changes.push("what was checked, or how that came out".to_owned());
    }
    changes.extend(readings(a, b));
    if !is_own {
        return changes;
    }
    if let (Some(then), Some(now)) = (&then.words, &now.words) {
        let share = words::differing(then, now);
        if share > WORDS_CHANGE {
            changes.push(format!("{}.{} % of the page's words", share / 10, share % 10));
        }
    }
    if let Some(difference) = difference.filter(|difference| difference.of_a_million > PICTURE_CHANGES) {
        let part = if difference.is_whole() { "" } else { ", of the part that both pictures have" };
        changes.push(format!("{} of the picture{part}", difference.percent()));
    }
    changes
}

/// The texts of a step that reads: those that are not as they were.
fn readings(then: &StepRecord, now: &StepRecord) -> Vec<String> {
    if then.verb != "read" || now.verb != "read" {
        return vec![];
    }
    let texts = |record: &StepRecord| -> Vec<(String, String)> {
        record.read.iter().filter(|(what, _)| what.ends_with(".text")).cloned().collect()
    };
    let (then, now) = (texts(then), texts(now));
    let others = then.iter().filter(|text| !now.contains(text)).chain(now.iter().filter(|text| !then.contains(text)));
    let mut names: Vec<&str> = others.map(|(what, _)| what.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    names.into_iter().map(|what| format!("the text that was read: `{what}`")).collect()
}

fn moves(then: &StepRecord, now: &StepRecord) -> Vec<String> {
    let mut moves = Vec::new();
    if then.alternative != now.alternative {
        let one = |alternative: Option<u32>| alternative.map_or("none".to_owned(), |n| (n + 1).to_string());
        let (then, now) = (one(then.alternative), one(now.alternative));
        moves.push(format!("found by alternative {then} then, {now} now"));
    }
    let (a, b) = (path_of(then.page.arrived.as_str()), path_of(now.page.arrived.as_str()));
    if a != b {
        moves.push(format!("at {a} then, at {b} now"));
    }
    if then.page.viewport == now.page.viewport
        && let (Some(a), Some(b)) = (then.target_at, now.target_at)
    {
        let middle = |(x, y, width, height): (i64, i64, i64, i64)| (x + width / 2, y + height / 2);
        let (a, b) = (middle(a), middle(b));
        if (a.0 - b.0).abs() > PLACE_MOVES || (a.1 - b.1).abs() > PLACE_MOVES {
            moves.push(format!("its target at {}, {} then, at {}, {} now", a.0, a.1, b.0, b.1));
        }
    }
    moves
}

/// An address without scheme, host and port: a practice site gets another port each time.
fn path_of(address: &str) -> &str {
    address.split_once("://").map_or(address, |(_, rest)| rest.find('/').map_or("/", |at| &rest[at..]))
}

/// One side of a comparison; `shot` is where the new run keeps the picture.
#[must_use]
pub fn side(seen: &Seen, shot: Option<String>) -> Side {
    let StepRecord { number, page, name, alternative, .. } = &seen.record;
    Side {
        number: *number,
        address: page.arrived.as_str().to_owned(),
        title: page.title.clone(),
        name: name.clone(),
        alternative: *alternative,
        shot,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::sample;
    use crate::evidence::words::displayed;

    fn seen(number: u32, step: &str) -> Seen {
        let record = sample::record(step, "2026-11-20T08:00:00Z".parse().unwrap());
        let record = StepRecord { number, outcome: "held".into(), ..record };
        Seen { record, words: Some(displayed("Close your account for good")), picture: None }
    }

    fn walk(steps: &[&str]) -> Vec<Seen> {
        steps.iter().zip(1..).map(|(step, number)| seen(number, step)).collect()
    }

    fn course(ended: Ended) -> Course {
        let steps = ["menu", "row", "old-code", "next", "reason", "password", "close", "code"];
        let ends = ["old-code", "password", "close", "code"];
        let steps = steps.map(|step| (step.to_owned(), ends.contains(&step))).to_vec();
        Course { flow: "close-account".into(), steps, ended, own_pages: vec!["/mynetwork/".into()] }
    }

    fn rehearsed(at: &str) -> Course {
        course(Ended::Rehearsed(at.into()))
    }

    /// Every pair as `step verdict`.
    fn judged(then: &[Seen], now: &[Seen], course: &Course) -> Vec<String> {
        let pairs = pairs(then, now, course);
        let line = |pair: &Pair<'_>| {
            let step = &pair.then.or(pair.now).unwrap().record.step;
            format!("{step} {}", judge(pair, None).0.as_str())
        };
        pairs.iter().map(line).collect()
    }

    fn one(change: impl FnOnce(&mut Seen)) -> (Likeness, Vec<String>) {
        let (then, mut now) = (seen(1, "row"), seen(1, "row"));
        change(&mut now);
        judge(&Pair { then: Some(&then), now: Some(&now), is_behind: false, is_passed: true, is_own: true }, None)
    }

    #[test]
    fn the_same_walk_is_the_same_step_by_step() {
        let (then, now) = (walk(&["menu", "row", "next", "reason"]), walk(&["menu", "row", "next", "reason"]));
        assert_eq!(judged(&then, &now, &rehearsed("password")), ["menu same", "row same", "next same", "reason same"]);
    }

    #[test]
    fn what_differs_is_a_change_and_said() {
        let changed = |change: fn(&mut Seen), word: &str| {
            let (likeness, why) = one(change);
            assert_eq!(likeness, Likeness::Changed, "{word}");
            assert!(why.len() == 1 && why[0].contains(word), "{why:?}");
        };
        changed(|now| now.record.name = "Close and delete".into(), "“Continue” then, “Close and delete” now");
        changed(|now| now.record.page.title = "Close and delete account".into(), "the title");
        changed(|now| now.record.assertions[0].pass = false, "what was checked");
        changed(|now| now.words = Some(displayed("Close and delete your account for good")), "% of the page's words");
        let (likeness, why) = one(|now| now.record.outcome = "landed".into());
        assert_eq!((likeness, why.len()), (Likeness::Changed, 1), "{why:?}");
    }

    #[test]
    fn a_share_at_the_threshold_is_no_change_and_one_above_is() {
        let (then, now) = (seen(1, "row"), seen(1, "row"));
        let pair = Pair { then: Some(&then), now: Some(&now), is_behind: false, is_passed: true, is_own: true };
        let of = |of_a_million, sizes: [(u32, u32); 2]| {
            let [then, now] = sizes;
            judge(&pair, Some(&Difference { of_a_million, compared: 9, then, now, shot: None }))
        };
        let one_size = [(10, 10); 2];
        assert_eq!(of(PICTURE_CHANGES, one_size).0, Likeness::Same);
        let (likeness, why) = of(PICTURE_CHANGES + 100, one_size);
        assert_eq!((likeness, why), (Likeness::Changed, vec!["0.51 % of the picture".to_owned()]));
        assert!(of(20_000, [(10, 10), (10, 20)]).1[0].contains("of the part that both pictures have"));
        let many = |more: &str| Some(displayed(&format!("{}{more}", "word ".repeat(38))));
        let (mut then, mut now) = (seen(1, "row"), seen(1, "row"));
        (then.words, now.words) = (many("a b"), many("a c"));
        let judged = |then: &Seen, now: &Seen| {
            judge(&Pair { then: Some(then), now: Some(now), is_behind: false, is_passed: true, is_own: true }, None)
        };
        assert_eq!(judged(&then, &now).0, Likeness::Same, "25 of a thousand");
        now.words = many("c d e f");
        assert_eq!(judged(&then, &now).0, Likeness::Changed, "71 of a thousand");
        now.words = None;
        assert_eq!(judged(&then, &now).0, Likeness::Same, "nothing to compare");
    }

    #[test]
    fn pages_on_the_way_are_judged_by_their_titles_and_targets_only() {
        let then = seen(1, "menu");
        let judged = |now: &Seen, is_own| {
            let pair = Pair { then: Some(&then), now: Some(now), is_behind: false, is_passed: true, is_own };
            let much = Difference { of_a_million: 400_000, compared: 9, then: (9, 9), now: (9, 9), shot: None };
            judge(&pair, Some(&much)).0
        };
        let mut now = seen(1, "menu");
        now.words = Some(displayed("Somebody else wrote something else"));
        assert_eq!((judged(&now, true), judged(&now, false)), (Likeness::Changed, Likeness::Same));
        now.record.page.title = format!("(3) {}", then.record.page.title);
        assert_eq!(judged(&now, false), Likeness::Same, "a count of messages");
        now.record.name = "Other".into();
        assert_eq!(judged(&now, false), Likeness::Changed);
        let mut course = rehearsed("password");
        course.own_pages = vec!["/mypreferences/".into()];
        now.record.page.arrived = "http://127.0.0.1:9/mypreferences/d/x".to_owned().into();
        let (then, now) = ([then.clone()], [now]);
        assert!(pairs(&then, &now, &course)[0].is_own, "one of the two is");
        assert!(!pairs(&then, &then, &course)[0].is_own);
    }

    #[test]
    fn another_alternative_address_or_place_is_a_move() {
        let moved = |change: fn(&mut Seen), word: &str| {
            let (likeness, why) = one(change);
            assert_eq!(likeness, Likeness::Moved, "{word}");
            assert!(why.len() == 1 && why[0].contains(word), "{why:?}");
        };
        moved(|now| now.record.alternative = Some(2), "found by alternative 1 then, 3 now");
        moved(|now| now.record.page.arrived = "http://127.0.0.1:8000/other".to_owned().into(), "at /mynetwork/ then");
        moved(|now| now.record.target_at = Some((100, 233, 80, 32)), "its target at 140, 216 then, at 140, 249 now");
    }

    #[test]
    fn another_port_a_little_way_and_another_window_are_the_same() {
        for change in [
            (|now: &mut Seen| now.record.page.arrived = "http://127.0.0.1:9/mynetwork/".to_owned().into())
                as fn(&mut Seen),
            |now| now.record.target_at = Some((132, 232, 80, 32)),
            |now| now.record.target_at = None,
            |now| (now.record.target_at, now.record.page.viewport) = (Some((900, 700, 80, 32)), (1_400, 1_000)),
            |now| now.record.read = vec![("list_total.total".into(), "301".into())],
            |now| now.record.number = 9,
        ] {
            assert_eq!(one(change), (Likeness::Same, vec![]));
        }
    }

    #[test]
    fn the_text_of_a_step_that_reads_is_compared_word_by_word() {
        let (mut then, mut now) = (seen(1, "row"), seen(1, "row"));
        for side in [&mut then, &mut now] {
            side.record.verb = "read".into();
            side.record.read = vec![("lost.text".into(), "All is lost".into()), ("x.total".into(), "3".into())];
        }
        now.record.read[1].1 = "4".into();
        let judged = |then: &Seen, now: &Seen| {
            judge(&Pair { then: Some(then), now: Some(now), is_behind: false, is_passed: true, is_own: true }, None)
        };
        assert_eq!(judged(&then, &now).0, Likeness::Same);
        now.record.read[0].1 = "Nothing is lost".into();
        assert_eq!(judged(&then, &now), (Likeness::Changed, vec!["the text that was read: `lost.text`".into()]));
    }

    #[test]
    fn a_change_outweighs_a_move() {
        let (likeness, why) = one(|now| (now.record.alternative, now.record.name) = (Some(1), "Other".into()));
        assert_eq!((likeness, why.len()), (Likeness::Changed, 1));
    }

    #[test]
    fn a_step_that_fits_no_more_is_gone_and_one_that_never_did_is_not() {
        let (likeness, why) = one(|now| now.record.outcome = "`close_row` is not there".into());
        assert_eq!((likeness, why), (Likeness::Gone, vec!["it does not fit now: `close_row` is not there".to_owned()]));
        let (mut then, now) = (seen(1, "row"), seen(1, "row"));
        then.record.outcome = "`close_row` is not there".into();
        let pair = |now| Pair { then: Some(&then), now: Some(now), is_behind: false, is_passed: true, is_own: true };
        assert_eq!(judge(&pair(&now), None).0, Likeness::Changed);
        assert_eq!(judge(&pair(&then.clone()), None).0, Likeness::Same);
    }

    #[test]
    fn what_is_missing_before_the_end_is_gone_and_what_only_now_has_is_new() {
        let (then, now) = (walk(&["menu", "row", "next"]), walk(&["menu", "next", "reason"]));
        let judged = judged(&then, &now, &rehearsed("password"));
        assert_eq!(judged, ["menu same", "row gone", "next same", "reason new"]);
    }

    #[test]
    fn what_lies_behind_the_rehearsals_end_is_not_walked() {
        let then = walk(&["menu", "row", "next", "reason", "password", "close", "answer"]);
        let judged_at = |now: &[&str], course: &Course| judged(&then, &walk(now), course)[2..].join(", ");
        assert_eq!(
            judged_at(&["menu", "row", "next", "reason"], &rehearsed("password")),
            "next same, reason same, password not-walked, close not-walked, answer not-walked"
        );
        // An older order ends earlier: what the flow has behind that place cannot be known.
        assert_eq!(
            judged_at(&["menu", "row"], &rehearsed("old-code")),
            "next not-walked, reason not-walked, password not-walked, close not-walked, answer not-walked"
        );
        assert_eq!(
            judged_at(&["menu", "row"], &rehearsed("password")),
            "next not-reached, reason not-reached, password not-walked, close not-walked, answer not-walked"
        );
        // The page ended it: what a rehearsal would have reached was not, the rest is unknown all the same.
        assert_eq!(
            judged_at(&["menu", "row"], &course(Ended::OnThePage)),
            "next not-reached, reason not-reached, password not-walked, close not-walked, answer not-walked"
        );
    }

    #[test]
    fn nothing_is_gone_where_somebody_stopped_the_walk() {
        let then = walk(&["menu", "row", "next"]);
        let judged = judged(&then, &walk(&["menu"]), &course(Ended::Outside));
        assert_eq!(judged, ["menu same", "row not-walked", "next not-walked"]);
    }

    #[test]
    fn the_steps_of_the_proof_belong_to_another_flow() {
        let mut then = walk(&["menu", "home"]);
        then[1].record.flow = "is-closed".into();
        assert_eq!(judged(&then, &walk(&["menu"]), &course(Ended::OnThePage)), ["menu same", "home not-walked"]);
    }

    #[test]
    fn a_repeated_step_counts_as_it_was_last() {
        let mut then = walk(&["menu", "menu", "row"]);
        then[0].record.outcome = "tried again".into();
        let now = walk(&["menu", "row"]);
        assert_eq!(judged(&then, &now, &rehearsed("password")), ["menu same", "row same"]);
    }

    #[test]
    fn another_order_loses_and_doubles_nothing() {
        let (then, now) = (walk(&["menu", "row", "next", "reason"]), walk(&["reason", "menu", "row", "new", "next"]));
        let mut judged = judged(&then, &now, &rehearsed("password"));
        judged.sort();
        assert_eq!(judged, ["menu same", "new new", "next same", "reason same", "row same"]);
    }
}
