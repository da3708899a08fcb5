//! Turns a pack and a question into the one request that the page agent answers.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use super::check::number_of;
use super::mistake::Thing;
use super::pack::Pack;
use super::query::{self, Arm, Look, Rows, Want};
use super::reach::Reach;
use super::span::Spanned;
use super::target::Mentioned;
use super::tree::{Choice, Each, Holds, Step, Verb};

/// The version of the wire.
pub const WIRE: u32 = 1;

/// So many rows travel in one answer at most: some 100 kB.
const MOST_ROWS: u32 = 500;

/// What is asked of the page at one step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask<'a> {
    /// The first that holds, in order, ends the waiting. Empty: holds at once.
    pub wants: &'a [Holds],
    /// The click to arm once a want holds.
    pub arm: Option<Arming<'a>>,
    /// Arm only where the want that held is one of these; empty means any.
    pub arm_when: Vec<usize>,
    /// Targets whose `read` values are wanted in the answer.
    pub read: Vec<&'a str>,
    /// The choices whose options may be named by [`Choice::target`] in wants and arms.
    pub choices: Vec<&'a Choice>,
    /// The stop signs that the flow deals with itself: they are not looked for.
    pub handles: &'a [Spanned<String>],
    /// How long to wait in all.
    pub within: Duration,
    /// The values of the flow's inputs by name.
    pub values: &'a BTreeMap<String, String>,
    /// The token of the click that was armed before.
    pub armed_before: Option<String>,
    /// The step whose text the page is drawn anew for, where the wants are what it waits for.
    pub redraws: Option<&'a Step>,
    /// What is known of the account by the shell; nothing at a session's beginning.
    pub identity: Known,
    /// Whether an answer that turns the page's own request away, since our last action, is a stop sign.
    pub aftermath: bool,
    /// What notices said as the last click arrived, where another document is asked what it says beside that.
    pub stood: Option<Vec<String>>,
}

/// What is known of the account by the shell of its pages.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Known {
    /// The forms of each value that are the account's own.
    pub values: BTreeMap<String, Vec<String>>,
    /// The document in which the account's own menu said last whose it is.
    pub told_in: Option<String>,
}

/// A click to arm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arming<'a> {
    /// The target.
    pub target: &'a str,
    /// The targets and checks that must hold as the click arrives.
    pub guard: &'a [Spanned<String>],
    /// Names the click in the next answer. Unique in the session.
    pub token: String,
}

/// A name that the pack does not define. Names from the pack's own flows always are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotInPack {
    /// What it should be.
    pub thing: Thing,
    /// The name.
    pub name: String,
}

impl fmt::Display for NotInPack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the flow pack has no {} `{}`", self.thing.noun(), self.name.escape_debug())
    }
}

impl std::error::Error for NotInPack {}

impl Pack {
    /// The request for an ask: with all that it needs and nothing else, words of all languages included.
    ///
    /// # Errors
    /// A name is not defined in this pack. It cannot happen with names that come from the pack's own flows.
    pub fn look(&self, ask: &Ask<'_>) -> Result<Look, NotInPack> {
        let reach = self.needed(ask)?;
        let deeds = self.deeds();
        let options = ask.choices.iter().map(|choice| (choice.target(), option(choice)));
        let target = |name: &&str| {
            let target = &self.targets[*name];
            let wire = query::Target {
                inside: target.inside.as_ref().map(|inside| inside.value.clone()),
                except: target.except.as_ref().map(|except| except.value.clone()),
                find: target.find.iter().map(|way| way.wire.clone()).collect(),
                count: target.count,
                agree: deeds.contains(*name),
                read: target.read.clone(),
            };
            ((*name).to_owned(), wire)
        };
        let handled = |sign: &str| ask.handles.iter().any(|name| name.value == sign);
        let arm = ask.arm.as_ref().map(|arming| Arm {
            target: arming.target.to_owned(),
            guard: arming.guard.iter().map(|guard| guard.value.clone()).collect(),
            token: arming.token.clone(),
            holds_ms: query::HOLDS_MS,
        });
        Ok(Look {
            v: WIRE,
            values: ask.values.clone(),
            generations: self.site.generations.iter().map(wire_generation).collect(),
            words: self.words_of(&reach),
            targets: reach.targets.iter().map(target).chain(options).collect(),
            witnesses: reach.witnesses.iter().map(|&n| (n.to_owned(), self.witnesses[n].wire.clone())).collect(),
            checks: reach.checks.iter().map(|&n| (n.to_owned(), self.checks[n].wire.clone())).collect(),
            stop_on: self.site.signs.iter().filter(|sign| !handled(&sign.name.value)).map(wire_sign).collect(),
            identity: self.site.identity.as_ref().map(|identity| query::Identity {
                target: identity.always.value.clone(),
                expect: ask.identity.values.clone(),
                told_in: ask.identity.told_in.clone(),
            }),
            draws: ask.redraws.map(draws).unwrap_or_default(),
            wants: ask.wants.iter().map(|holds| wire_want(holds, ask.redraws.is_some())).collect(),
            within_ms: u64::try_from(ask.within.as_millis()).unwrap_or(u64::MAX),
            notices: if arm.is_some() || ask.aftermath || ask.stood.is_some() { self.notices() } else { vec![] },
            arm,
            arm_when: ask.arm_when.clone(),
            read: ask.read.iter().map(|&name| name.to_owned()).collect(),
            explain: false,
            armed_before: ask.armed_before.clone(),
            aftermath: ask.aftermath,
            stood: ask.stood.clone(),
            anew: vec![],
        })
    }

    /// The request to read a list, for the session's identity.
    ///
    /// # Errors
    /// A name is not defined in this pack. It cannot happen with a step of the pack's own flows.
    pub fn rows(&self, each: &Each, identity: Known) -> Result<Rows, NotInPack> {
        let look = self.look(&Ask {
            wants: &[],
            arm: None,
            arm_when: vec![],
            read: each.targets().map(|target| target.value.as_str()).collect(),
            within: each.within,
            values: &BTreeMap::new(),
            choices: vec![],
            handles: &[],
            armed_before: None,
            redraws: None,
            aftermath: false,
            stood: None,
            identity,
        })?;
        let number = self.targets.get(&each.total.value).and_then(number_of).unwrap_or_default();
        Ok(Rows {
            look,
            row: each.row.value.clone(),
            more: each.more.as_ref().map(|more| more.value.clone()),
            total: each.total.value.clone(),
            number: number.to_owned(),
            most: MOST_ROWS,
        })
    }

    fn needed<'p>(&'p self, ask: &Ask<'p>) -> Result<Reach<'p>, NotInPack> {
        let mut reach = Reach::new(self);
        let options: Vec<String> = ask.choices.iter().map(|choice| choice.target()).collect();
        let found = |thing, name: &str, there: bool| {
            if there || options.iter().any(|option| option == name) {
                Ok(())
            } else {
                Err(NotInPack { thing, name: name.to_owned() })
            }
        };
        for choice in &ask.choices {
            found(Thing::Target, &choice.within.value, reach.target(&choice.within.value))?;
            choice.mentions.iter().for_each(|mention| reach.mention(mention));
        }
        for holds in ask.wants {
            for name in holds.see.iter().chain(&holds.gone) {
                found(Thing::Target, &name.value, reach.target(&name.value))?;
            }
            for marked in &holds.marked {
                found(Thing::Target, &marked.target, reach.target(&marked.target))?;
            }
            for name in &holds.witness {
                found(Thing::Witness, &name.value, reach.witness(&name.value))?;
            }
        }
        if let Some(arming) = &ask.arm {
            found(Thing::Target, arming.target, reach.target(arming.target))?;
            for guard in arming.guard {
                found(Thing::Guard, &guard.value, reach.target(&guard.value) || reach.check(&guard.value))?;
            }
        }
        for name in ask.redraws.into_iter().flat_map(Step::redraws) {
            found(Thing::Target, &name.value, reach.target(&name.value))?;
        }
        for name in &ask.read {
            found(Thing::Target, name, reach.target(name))?;
        }
        if let Some(identity) = &self.site.identity {
            found(Thing::Target, &identity.always.value, reach.target(&identity.always.value))?;
        }
        let generations = self.site.generations.iter().flat_map(|generation| &generation.mentions);
        for mention in generations.chain(self.site.signs.iter().flat_map(|sign| &sign.mentions)) {
            if matches!(mention.what, Mentioned::Word { .. }) {
                reach.mention(mention);
            }
        }
        Ok(reach)
    }

    fn notices(&self) -> Vec<String> {
        self.site.notices.iter().map(|css| css.value.clone()).collect()
    }

    /// The needed words of every language; a language that lacks one has no entry for it.
    fn words_of(&self, reach: &Reach<'_>) -> BTreeMap<String, BTreeMap<String, Vec<String>>> {
        let mut all = BTreeMap::new();
        for (language, words) in &self.words {
            let needed = words.keys.iter().filter(|(key, _)| reach.words.contains(key.as_str()));
            let texts = needed.map(|(key, word)| {
                let texts = word.texts.iter().map(|text| text.value.clone()).collect();
                (key.clone(), texts)
            });
            all.insert(language.clone(), texts.collect());
        }
        all
    }
}

/// How the option of a choice is found: a radio button or an option of that name, or the label of one.
fn option(choice: &Choice) -> query::Target {
    let by_role = |role: &str| query::Alternative {
        role: Some(role.to_owned()),
        name: Some(choice.option.clone()),
        ..query::Alternative::default()
    };
    let by_label = query::Alternative {
        css: Some("label".to_owned()),
        text: Some(choice.option.clone()),
        ..query::Alternative::default()
    };
    query::Target {
        inside: Some(choice.within.value.clone()),
        find: vec![by_role("radio"), by_role("option"), by_label],
        ..query::Target::default()
    }
}

impl Choice {
    /// What the option is called in a request and in its answer. No target of a pack has a point in its name.
    #[must_use]
    pub fn target(&self) -> String {
        format!("{}.option", self.within.value)
    }
}

fn wire_generation(generation: &super::site::Generation) -> query::Generation {
    query::Generation { name: generation.name.value.clone(), when: generation.when.clone() }
}

fn wire_sign(sign: &super::site::Sign) -> query::Sign {
    query::Sign { name: sign.name.value.clone(), any: sign.any.clone() }
}

/// The list was drawn for what was typed, or was still for so long that nothing more is to be expected.
const FILTERED: &str = "filtered";
/// The list was drawn for what was typed: stillness alone says nothing about who is not there.
const ANSWERED: &str = "answered";
/// How long a list must have been still after it was drawn, before something in it is clicked.
const BEFORE_A_CLICK: u32 = 100;
/// How long before somebody counts as not in it: drawings were seen up to 215 ms after the answer.
const BEFORE_A_NO: u32 = 500;
/// A page that asks nobody (it filters by itself, or has the answer already) shows no answer. Sites wait up to 0.9 s after a key
/// and up to 3 s for an answer: a list that has not changed for longer will not change any more.
const NOTHING_COMES: u32 = 4_500;

fn draws(step: &Step) -> BTreeMap<String, query::Draw> {
    let Verb::Fill { with, redraws, .. } = &step.verb else { return BTreeMap::new() };
    let list: Vec<String> = redraws.iter().map(|name| name.value.clone()).collect();
    let draw = |quiet_ms, or_still_ms| query::Draw {
        list: list.clone(),
        query: Some(query::Template(with.value.clone())),
        quiet_ms,
        or_still_ms,
    };
    [(FILTERED, draw(BEFORE_A_CLICK, Some(NOTHING_COMES))), (ANSWERED, draw(BEFORE_A_NO, None))]
        .map(|(name, draw)| (name.to_owned(), draw))
        .into()
}

fn wire_want(holds: &Holds, redraws: bool) -> Want {
    let names = |names: &[Spanned<String>]| names.iter().map(|name| name.value.clone()).collect();
    let marked = |one: &super::tree::Marked| query::Marked { target: one.target.clone(), on: one.on };
    Want {
        see: names(&holds.see),
        gone: names(&holds.gone),
        witness: names(&holds.witness),
        marked: holds.marked.iter().map(marked).collect(),
        drawn: redraws
            .then(|| if holds.witness.is_empty() { FILTERED } else { ANSWERED }.to_owned())
            .into_iter()
            .collect(),
    }
}
