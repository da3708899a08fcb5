//! Mistakes in settings as pictures: file, line and column, the line with a mark under it, and what to do.

use super::output::clean;
use crate::report::escape::{columns_of, fit};
use crate::settings::{Place, SettingMistake, SettingsFile};

/// So much of a line is shown.
const COLUMNS: usize = 100;

/// Every mistake, each as some lines; the file is the one that they are about.
pub(crate) fn pictures(mistakes: &[SettingMistake], file: Option<&SettingsFile>) -> String {
    let drawn: Vec<String> = mistakes.iter().map(|mistake| picture(mistake, file)).collect();
    drawn.join("\n")
}

fn picture(mistake: &SettingMistake, file: Option<&SettingsFile>) -> String {
    let mut lines = vec![format!("{}: {}", clean(&mistake.place.to_string()), clean(&mistake.what))];
    if let (Place::File { line, span, .. }, Some(file)) = (&mistake.place, file) {
        lines.extend(marked(&file.text, *line, span).into_iter().flatten());
    }
    if !mistake.mend.is_empty() {
        lines.push(format!("  {}", clean(&mistake.mend)));
    }
    lines.join("\n")
}

/// The line of the file, and under it a mark below the bytes that are wrong; none if the place is not in the text.
fn marked(text: &str, line: usize, span: &std::ops::Range<usize>) -> Option<[String; 2]> {
    let begin = text.get(..span.start)?.rfind('\n').map_or(0, |at| at + 1);
    let whole = text.get(begin..)?.lines().next().unwrap_or_default();
    let end = span.end.min(begin + whole.len()).max(span.start);
    let before = columns_of(&clean(text.get(begin..span.start)?));
    let wrong = columns_of(&clean(text.get(span.start..end)?));
    let number = line.to_string();
    let mark = "^".repeat(wrong.clamp(1, COLUMNS.saturating_sub(before).max(1)));
    let margin = " ".repeat(number.len());
    Some([
        format!("  {number} | {}", fit(whole, COLUMNS)),
        format!("  {margin} | {}{mark}", " ".repeat(before.min(COLUMNS))),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_stands_under_what_is_wrong_whatever_is_before_it() {
        let text = "a = 1\n\"李\u{1b}\" = 22\n";
        let start = text.find("22").unwrap();
        let [shown, mark] = marked(text, 2, &(start..start + 2)).unwrap();
        assert_eq!(shown, "  2 | \"李<U+001B>\" = 22");
        assert_eq!(columns_of(&mark[..mark.find('^').unwrap()]), columns_of(&shown[..shown.find("22").unwrap()]));
        assert!(mark.ends_with(" ^^"));
    }

    #[test]
    fn a_place_beyond_the_text_has_no_mark() {
        assert_eq!(marked("a", 1, &(7..9)), None);
        assert_eq!(marked("", 1, &(0..0)).unwrap()[1], "    | ^");
    }
}
