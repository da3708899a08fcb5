//! A recorded reason: a page that did not fit the pack is shown part by part, as the terminal does, and anything else as it stands.

use maud::{Markup, html};

use super::frame::{outside, outside_code};
use crate::flow::misfit::Misfit;
use crate::report::misfit;

/// The reason in one sentence, where its parts stand elsewhere on the page.
pub(super) fn in_short(why: &str) -> Markup {
    outside(&crate::flow::misfit::in_short(why))
}

/// The reason; `before` stands before one that is a plain sentence.
pub(super) fn reason(before: &str, why: &str) -> Markup {
    let Some(told) = Misfit::of(why) else { return html! { p { (before) (outside(why)) } } };
    let rows = misfit::candidates(&told);
    html! {
        p {
            (before)
            @if !told.before.is_empty() { (outside(&told.before)) ": " }
            @if told.before.is_empty() && before.is_empty() { "The" } @else { "the" }
            " page did not fit the pack:"
        }
        dl { @for (name, text) in misfit::parts(&told) { dt { (name) } dd { (outside(&text)) } } }
        @if let Some((head, rows)) = rows.split_first() {
            table {
                tr { @for cell in head { th { (cell) } } }
                @for row in rows { tr { @for cell in row { td { (outside(cell)) } } } }
            }
        }
        @for (file, line) in misfit::words(&told) {
            p { (misfit::ADD) ": in " (outside_code(file)) " the line becomes" }
            pre.cmd { code { (outside(line)) } }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jiff::tz::TimeZone;

    use crate::event::exit::Ending;
    use crate::event::fact::{Fact, Mode};
    use crate::event::id::Action;
    use crate::event::state::EffectState;
    use crate::evidence::sample::Sample;
    use crate::report::advice;
    use crate::report::html::{ReportInput, pages};

    const RECORD: &str = "step `menu` (flows/remove.toml:12:3) does not fit the page: `item` is not there; nearest on the page: \
                          menuitem `Cut <tie>` (wanted is the name `Remove`); if it is meant: item = [\"Remove\", \"Cut <tie>\"] in \
                          words/en.toml";

    #[test]
    fn a_page_that_does_not_fit_is_told_part_by_part_with_the_commands_of_the_terminal() {
        let temp = tempfile::tempdir().unwrap();
        let mut sample = Sample::begun(&temp.path().join("e"), Mode::Live);
        let (run, sign, address) = (sample.run.clone(), "drift".to_owned(), String::new());
        let slug = "ann".parse().unwrap();
        sample.moved(
            &slug,
            (EffectState::Precheck, EffectState::Failed),
            &format!("nothing was sent: {RECORD}"),
            vec![],
        );
        let (incident, why) = ("I2X".parse().unwrap(), RECORD.to_owned());
        sample.push(Fact::Incident {
            incident,
            run: run.clone(),
            sign,
            why: why.clone(),
            address,
            shots: vec![],
            until: None,
        });
        sample.push(Fact::RunEnded { run, result: Ending::Stopped, why });
        let entries = sample.entries();
        let input = ReportInput {
            entries: &entries,
            proof: None,
            names: &BTreeMap::new(),
            zone: TimeZone::UTC,
            records: &BTreeMap::new(),
            missing: &BTreeMap::new(),
            cap: None,
        };
        let page = pages(&input).remove(0).html;
        for part in [
            "<dt>step</dt><dd><bdi>`menu`, in flows/remove.toml:12:3 of the pack</bdi></dd>",
            "<dt>wanted</dt><dd><bdi>`item`</bdi></dd>",
            "<th>nearest on the page</th><th>how it differs</th>",
            "<td><bdi>menuitem `Cut &lt;tie&gt;`</bdi></td><td><bdi>wanted is the name `Remove`</bdi></td>",
            "item = [&quot;Remove&quot;, &quot;Cut &lt;tie&gt;&quot;]",
            advice::mending((Action::Remove, "last"), "", false).0,
            "exeunt selectors eject my-pack",
            "--selectors my-pack",
        ] {
            // Once at the incident, once at the person who was in hand.
            assert_eq!(page.matches(part).count(), 2, "{part}: {page}");
        }
        assert!(!page.contains("; nearest on the page"), "{page}");
    }
}
