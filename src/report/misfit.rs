//! A page that does not fit the pack, part by part: the same for the terminal and for a report's page.

use super::{escape, terminal};
use crate::flow::misfit::Misfit;

/// What stands before the word of [`Misfit`]'s candidates that is to be added to the pack.
pub const ADD: &str = "add this word, if that is what is meant";

/// The parts with their names, without the candidates: where, what was wanted, what is the matter, what else shows.
#[must_use]
pub fn parts(misfit: &Misfit) -> Vec<(&'static str, String)> {
    let mut parts = vec![
        ("step", format!("`{}`, in {} of the pack", misfit.step, misfit.place)),
        ("wanted", format!("`{}`", misfit.target)),
        ("but it", misfit.why.clone()),
    ];
    let more = [("also", &misfit.dialog), ("recorded", &misfit.rest)];
    parts.extend(more.into_iter().filter(|(_, text)| !text.is_empty()).map(|(name, text)| (name, text.clone())));
    parts
}

/// The candidates as a table, its head first; empty where there are none.
#[must_use]
pub fn candidates(misfit: &Misfit) -> Vec<[String; 2]> {
    if misfit.nearest.is_empty() {
        return vec![];
    }
    let rows = misfit.nearest.iter().map(|nearest| {
        let differs = if nearest.differs.is_empty() { "in its place alone" } else { &nearest.differs };
        [nearest.what.clone(), differs.to_owned()]
    });
    std::iter::once(["nearest on the page", "how it differs"].map(str::to_owned)).chain(rows).collect()
}

/// The lines of the pack with a word added, each with the file where it stands.
pub fn words(misfit: &Misfit) -> impl Iterator<Item = (&str, &str)> {
    misfit.nearest.iter().filter_map(|nearest| nearest.word.as_ref()).map(|(line, file)| (file.as_str(), line.as_str()))
}

/// All of it in lines for a terminal; every outside text in them is safe to print.
#[must_use]
pub fn lines(misfit: &Misfit, columns: usize) -> Vec<String> {
    let told = parts(misfit).into_iter().map(|(name, text)| format!("{name:<8}  {}", escape::terminal(&text)));
    let mut lines: Vec<String> = std::iter::once("the page does not fit the pack:".to_owned()).chain(told).collect();
    let rows: Vec<Vec<String>> = candidates(misfit).into_iter().map(Vec::from).collect();
    if !rows.is_empty() {
        lines.extend(terminal::table(&rows, columns));
    }
    for (file, line) in words(misfit) {
        lines.push(format!("{ADD}: in {} the line becomes", escape::terminal(file)));
        lines.push(escape::terminal(line));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECORD: &str = "step `menu` (flows/remove.toml:12:3) does not fit the page: `item` is not there: nothing on the page fits; \
                          nearest on the page: menuitem `Cut \u{1b}[2J` (wanted is the name `Remove`); if it is meant: \
                          item = [\"Remove\", \"Cut\"] in words/en.toml; or button `Later` (wanted is a menuitem)";

    #[test]
    fn a_misfit_is_told_by_place_wish_candidates_and_the_word_to_add() {
        let misfit = Misfit::of(RECORD).unwrap();
        assert_eq!(
            lines(&misfit, 100),
            [
                "the page does not fit the pack:",
                "step      `menu`, in flows/remove.toml:12:3 of the pack",
                "wanted    `item`",
                "but it    is not there: nothing on the page fits",
                "nearest on the page         how it differs",
                "menuitem `Cut <U+001B>[2J`  wanted is the name `Remove`",
                "button `Later`              wanted is a menuitem",
                "add this word, if that is what is meant: in words/en.toml the line becomes",
                "item = [\"Remove\", \"Cut\"]",
            ]
        );
    }

    #[test]
    fn a_misfit_without_candidates_has_no_table_and_no_word() {
        let bare = Misfit { nearest: vec![], ..Misfit::of(RECORD).unwrap() };
        assert!(candidates(&bare).is_empty() && words(&bare).next().is_none());
        assert_eq!(lines(&bare, 100).len(), 4);
    }
}
