//! Adds the stop signs of one pack to another: a pack may add signs to those of the built-in one, and cannot lower them.

use std::collections::BTreeMap;

use super::pack::{Pack, Word, Words};
use super::query::Condition;
use super::site::Sign;
use super::span::{Span, Spanned};
use super::target::{Mention, Mentioned};

/// The language without which no pack is loaded.
const ALWAYS_THERE: &str = "en";
/// What was added stands in no source of the pack that it was added to.
const NOWHERE: Span = Span { file: usize::MAX, start: 0, end: 0 };

impl Pack {
    /// The same pack, which also looks for every sign of `other` in the words of `other`, obeys each at least as `other` does, and
    /// has no flow that deals with one itself where the flow of that name in `other` does not.
    ///
    /// The texts that a plan binds and a run records stay those of this pack.
    #[must_use]
    pub fn with_signs_of(mut self, other: &Self) -> Self {
        for theirs in &other.site.signs {
            let theirs = elsewhere(theirs);
            match self.site.signs.iter_mut().find(|ours| ours.name.value == theirs.name.value) {
                Some(ours) => {
                    ours.kind = ours.kind.max(theirs.kind);
                    let new = theirs.any.into_iter().filter(|any| !ours.any.contains(any)).collect::<Vec<_>>();
                    ours.any.extend(new);
                    ours.mentions.extend(theirs.mentions);
                }
                None => self.site.signs.push(theirs),
            }
        }
        // Signs are looked for in the words of all languages at once, so that one language of this pack, which every pack has,
        // takes all of them.
        let own =
            self.words.entry(ALWAYS_THERE.to_owned()).or_insert_with(|| Words { at: NOWHERE, keys: BTreeMap::new() });
        for mention in other.site.signs.iter().flat_map(|sign| &sign.mentions) {
            let Mentioned::Word { key, .. } = &mention.what else { continue };
            let words = other.words.values().filter_map(|words| words.keys.get(key));
            let texts =
                words.flat_map(|word| &word.texts).map(|text| Spanned { value: text.value.clone(), span: NOWHERE });
            own.keys.insert(theirs_of(key), Word { at: NOWHERE, texts: texts.collect() });
        }
        let mut notices = other.site.notices.iter().map(|css| Spanned { value: css.value.clone(), span: NOWHERE });
        let is_new = |css: &Spanned<String>| !self.site.notices.iter().any(|ours| ours.value == css.value);
        let new = notices.by_ref().filter(is_new).collect::<Vec<_>>();
        self.site.notices.extend(new);
        let known = |sign: &str| other.site.signs.iter().any(|theirs| theirs.name.value == sign);
        for (name, flow) in &mut self.flows {
            let theirs = other.flows.get(name).map_or(&[][..], |flow| &flow.handles);
            flow.handles.retain(|sign| !known(&sign.value) || theirs.iter().any(|theirs| theirs.value == sign.value));
        }
        self
    }
}

/// A sign of another pack, whose words are looked up under names that no pack can give.
fn elsewhere(sign: &Sign) -> Sign {
    let condition = |condition: &Condition| match condition {
        Condition::Word(key) => Condition::Word(theirs_of(key)),
        other => other.clone(),
    };
    let mention = |mention: &Mention| match &mention.what {
        Mentioned::Word { key, holes, soft } => {
            Mention { what: Mentioned::Word { key: theirs_of(key), holes: holes.clone(), soft: *soft }, span: NOWHERE }
        }
        _ => mention.clone(),
    };
    Sign {
        name: Spanned { value: sign.name.value.clone(), span: NOWHERE },
        kind: sign.kind,
        any: sign.any.iter().map(|any| any.iter().map(condition).collect()).collect(),
        mentions: sign.mentions.iter().map(mention).collect(),
    }
}

fn theirs_of(key: &str) -> String {
    format!("built-in.{key}")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::flow::compile::{Ask, Known};
    use crate::flow::site::SignKind;
    use crate::flow::span::Source;
    use crate::pack::embedded;

    fn built_in() -> Pack {
        Pack::load(embedded::sources()).unwrap().pack
    }

    /// The built-in pack with these changes in its texts.
    fn changed(changes: &[(&str, &str)]) -> Pack {
        let change = |source: Source| {
            let text = changes.iter().fold(source.text, |text, (from, to)| text.replace(from, to));
            Source { text, ..source }
        };
        let loaded = Pack::load(embedded::sources().into_iter().map(change).collect());
        loaded.unwrap_or_else(|refused| panic!("{:?}", refused.mistakes)).pack
    }

    fn look(pack: &Pack) -> crate::flow::query::Look {
        let ask = Ask {
            wants: &[],
            arm: None,
            arm_when: vec![],
            read: vec![],
            choices: vec![],
            handles: &[],
            within: Duration::ZERO,
            values: &BTreeMap::new(),
            armed_before: None,
            redraws: None,
            aftermath: false,
            stood: None,
            identity: Known::default(),
        };
        pack.look(&ask).unwrap()
    }

    #[test]
    fn a_pack_that_names_no_place_for_notices_hears_them_where_the_other_does() {
        let (whole, line) = (built_in(), "notices = [");
        let lowered = changed(&[(line, "notices = [\"#mine\"]\n# [")]);
        assert_eq!(lowered.site.notices.iter().map(|css| css.value.as_str()).collect::<Vec<_>>(), ["#mine"]);
        let raised = lowered.with_signs_of(&whole).site.notices;
        assert_eq!(raised.len(), 1 + whole.site.notices.len());
        assert!(
            !whole.site.notices.is_empty()
                && whole.site.notices.iter().all(|css| raised.iter().any(|ours| ours.value == css.value))
        );
    }

    #[test]
    fn a_pack_that_left_signs_out_looks_for_those_of_the_other_all_the_same() {
        let (whole, lowered) = (
            built_in(),
            changed(&[
                ("  \"restricted\",\n", ""),
                ("[sign.restricted]\nkind = \"latch\"\nany  = [{ word = \"restricted\" }]\n", ""),
                ("{ status = [429, 999] }", "{ status = [429] }"),
                ("[sign.limit_notice]\nkind = \"latch\"", "[sign.limit_notice]\nkind = \"cool\""),
            ]),
        );
        let names = |pack: &Pack| pack.site.signs.iter().map(|sign| sign.name.value.clone()).collect::<Vec<_>>();
        assert!(!names(&lowered).contains(&"restricted".to_owned()), "{:?}", names(&lowered));
        assert_eq!(lowered.sign_kind("limit_notice"), SignKind::Cool);
        let digests =
            (lowered.digest_all(), lowered.flows.values().map(|flow| lowered.digest_for(flow)).collect::<Vec<_>>());
        let raised = lowered.with_signs_of(&whole);
        let mut sorted = names(&raised);
        sorted.sort();
        let mut wanted = names(&whole);
        wanted.sort();
        assert_eq!(sorted, wanted);
        assert_eq!(raised.sign_kind("limit_notice"), SignKind::Latch);
        let too_many = raised.site.signs.iter().find(|sign| sign.name.value == "too_many_requests").unwrap();
        assert!(too_many.any.contains(&vec![Condition::Status(vec![429, 999])]), "{:?}", too_many.any);
        assert_eq!((raised.digest_all(), raised.flows.values().map(|flow| raised.digest_for(flow)).collect()), digests);
        let asked = look(&raised);
        assert!(asked.words["en"].contains_key("built-in.restricted"), "{:?}", asked.words);
    }

    #[test]
    fn a_pack_with_emptied_words_looks_for_the_words_of_the_other() {
        let theirs = "Your account has been restricted".to_owned();
        let emptied = changed(&[(&theirs, "Something that no page says")]);
        assert!(!look(&emptied).words["en"]["restricted"].contains(&theirs));
        let asked = look(&emptied.with_signs_of(&built_in()));
        let words = &asked.words["en"]["built-in.restricted"];
        assert!(words.contains(&theirs), "{words:?}");
        let german = &look(&built_in()).words["de"]["restricted"];
        assert!(!german.is_empty() && german.iter().all(|text| words.contains(text)), "{words:?}");
        assert!(!asked.words["de"].contains_key("built-in.restricted"));
    }

    #[test]
    fn a_flow_deals_with_no_more_signs_itself_than_the_other_pack_lets_it() {
        let bold = changed(&[(
            "handles = [\"captcha\", \"checkpoint\", \"gate\"]",
            "handles = [\"captcha\", \"checkpoint\", \"gate\", \"restricted\"]",
        )]);
        let of = |pack: &Pack, flow: &str| {
            pack.flows[flow].handles.iter().map(|sign| sign.value.clone()).collect::<Vec<_>>()
        };
        assert!(of(&bold, "close-account").contains(&"restricted".to_owned()));
        let raised = bold.with_signs_of(&built_in());
        assert_eq!(of(&raised, "close-account"), of(&built_in(), "close-account"));
    }

    #[test]
    fn the_built_in_pack_stays_as_it_is() {
        let same = built_in().with_signs_of(&built_in());
        let stops = |pack: &Pack| look(pack).stop_on.len();
        assert_eq!(stops(&same), stops(&built_in()));
        assert_eq!(same.flows, built_in().flows);
    }
}
