//! A replay in words: a row a step, and the counts.

use super::count::count;
use super::words::{Words, of_name};
use crate::event::comparison::{Compared, ComparedStep, Likeness};

/// The words for how a step is like the earlier one.
#[must_use]
pub fn of_likeness(likeness: Likeness) -> Words {
    let (short, meaning) = match likeness {
        Likeness::Same => ("same", "Nothing that is compared differs."),
        Likeness::Moved => (
            "moved",
            "It was found by another alternative, at another address or in another place; else it is the same.",
        ),
        Likeness::Changed => {
            ("changed", "What a control is called, the page's title, its text or picture, or what was checked differs.")
        }
        Likeness::Gone => ("gone", "It was walked then; now it did not fit, or the walk went on without it."),
        Likeness::NotReached => ("not reached", "It was walked then; now the walk ended before it."),
        Likeness::New => ("new", "It is walked only now."),
        Likeness::NotWalked => {
            ("not walked", "It lies behind the place up to which this walk could go: nothing is known of it.")
        }
    };
    Words { short, meaning }
}

/// A table for a terminal, its head first.
#[must_use]
pub fn rows(compared: &Compared) -> Vec<Vec<String>> {
    let head = ["step", "verdict", "found by", "picture", "what differs"].map(str::to_owned).to_vec();
    let row = |step: &ComparedStep| {
        let picture = step.difference.as_ref().map_or(String::new(), |difference| difference.percent());
        let verdict = of_likeness(step.likeness).short.to_owned();
        vec![of_name(&step.step), verdict, found_by(step), picture, step.why.join("; ")]
    };
    std::iter::once(head).chain(compared.steps.iter().map(row)).collect()
}

/// Which way found the target now, and which then where that was another; nothing where neither has a target.
#[must_use]
pub fn found_by(step: &ComparedStep) -> String {
    let of = |side: &Option<crate::event::comparison::Side>| side.as_ref().and_then(|side| side.alternative);
    let one = |alternative: Option<u32>| alternative.map_or("nothing".to_owned(), way);
    match (of(&step.then), of(&step.now)) {
        (None, None) => String::new(),
        (then, now) if then == now => one(then),
        (then, now) => format!("{} now, {} before", one(now), one(then)),
    }
}

/// Which of the ways in which the pack describes a target found it; they are numbered from 0 in records.
#[must_use]
pub fn way(number: u32) -> String {
    match number {
        0 => "its first way".to_owned(),
        1 => "its second way".to_owned(),
        2 => "its third way".to_owned(),
        number => format!("its way {}", number + 1),
    }
}

/// How many of each, in one line, what is not as it was first.
#[must_use]
pub fn counted(compared: &Compared) -> String {
    let of = |likeness| {
        let n = compared.judged(likeness).len();
        (n > 0).then(|| format!("{n} {}", of_likeness(likeness).short))
    };
    let steps = count(compared.steps.len() as u64, "step", "steps");
    format!("{steps}: {}", Likeness::ALL.into_iter().filter_map(of).collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::event::comparison::{Difference, Side};

    pub(in crate::report) fn side(number: u32, alternative: u32, text: &str) -> Side {
        Side {
            number,
            address: format!("http://127.0.0.1:8000/{text}"),
            title: text.to_owned(),
            name: text.to_owned(),
            alternative: Some(alternative),
            shot: Some(format!("steps/{number:02}-row/step.png")),
        }
    }

    pub(in crate::report) fn compared(text: &str) -> Compared {
        let difference =
            Difference { of_a_million: 31_400, compared: 9_000, then: (10, 10), now: (10, 20), shot: None };
        let step = |step: &str, likeness, sides: [Option<Side>; 2], difference| {
            let [then, now] = sides;
            let why = if likeness == Likeness::Same { vec![] } else { vec![format!("the title: “{text}”")] };
            ComparedStep { flow: "close-account".into(), step: step.into(), likeness, why, then, now, difference }
        };
        let both = |a, b| [Some(side(1, a, text)), Some(side(1, b, text))];
        Compared {
            run: "R7M".parse().unwrap(),
            with: "R2A".parse().unwrap(),
            steps: vec![
                step("menu", Likeness::Same, both(0, 0), None),
                step("row", Likeness::Changed, both(0, 1), Some(difference)),
                step("password", Likeness::NotWalked, [Some(side(3, 0, text)), None], None),
            ],
            shots: vec![],
            files: vec![],
        }
    }

    #[test]
    fn a_replay_is_a_row_a_step_and_a_count() {
        let compared = compared("Close");
        assert_eq!(counted(&compared), "3 steps: 1 changed, 1 same, 1 not walked");
        let rows = rows(&compared);
        assert_eq!(rows[1], ["menu", "same", "its first way", "", ""]);
        assert_eq!(
            rows[2],
            ["row", "changed", "its second way now, its first way before", "3.14 %", "the title: “Close”"]
        );
        assert_eq!(rows[3][1..3], ["not walked", "nothing now, its first way before"]);
    }
}
