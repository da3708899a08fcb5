//! Pictures of mistakes: file, line and column, the text with a mark under it, and what to do. Also as JSON lines.

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteDiagnostic, NamedSource};
use serde::Serialize;

use super::mistake::{Mistake, Severity};
use super::pack::place;
use super::span::{Source, Span};
use super::wording::is_invisible;

/// How a picture is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Lines and colours, for a terminal.
    Colour,
    /// Lines without colours.
    Plain,
    /// ASCII only.
    Ascii,
}

/// The columns that a picture uses at most.
const WIDTH: usize = 110;

/// One mistake as a picture of several lines, ending with a line break.
#[must_use]
pub fn picture(sources: &[Source], mistake: &Mistake, style: Style) -> String {
    let words = mistake.wording();
    let file = mistake.span.file;
    let text = sources.get(file).map(|source| printable(&source.text)).unwrap_or_default();
    let mut labels = vec![label(mistake.span, &text, &words.label)];
    let mut help = words.help;
    if let Some(also) = mistake.also {
        if also.file == file {
            labels.push(label(also, &text, "the first"));
        } else {
            help = format!("the first is at {}; {help}", place(sources, also));
        }
    }
    let severity = match mistake.severity() {
        Severity::Error => miette::Severity::Error,
        Severity::Warning => miette::Severity::Warning,
    };
    let mut report = MietteDiagnostic::new(words.message).with_severity(severity).with_labels(labels);
    if !help.is_empty() {
        report = report.with_help(help);
    }
    let name = sources.get(file).map_or("", |source| source.name.as_str());
    let name: String = name.chars().map(|c| if c.is_control() || is_invisible(c) { '?' } else { c }).collect();
    let report = miette::Report::new(report).with_source_code(NamedSource::new(name, text));
    let mut drawn = String::new();
    let theme = match style {
        Style::Colour => GraphicalTheme::unicode(),
        Style::Plain => GraphicalTheme::unicode_nocolor(),
        Style::Ascii => GraphicalTheme::none(),
    };
    let handler = GraphicalReportHandler::new_themed(theme).with_width(WIDTH).with_links(false).with_context_lines(1);
    handler.render_report(&mut drawn, report.as_ref()).expect("writing to a string cannot fail");
    let drawn = sources.get(file).map_or(drawn.clone(), |source| in_characters(&drawn, source));
    let lines: Vec<&str> = drawn.lines().map(str::trim_end).collect();
    lines.join("\n").trim_matches('\n').to_owned() + "\n"
}

/// The picture with its column in characters, as every other output counts it: miette counts bytes.
fn in_characters(drawn: &str, source: &Source) -> String {
    let Some((head, rest)) = drawn.split_once('[') else { return drawn.to_owned() };
    let Some((place, rest)) = rest.split_once(']') else { return drawn.to_owned() };
    let mut parts = place.rsplitn(3, ':');
    let (column, line, name) = (parts.next(), parts.next(), parts.next());
    let number = |part: Option<&str>| part.and_then(|part| part.parse::<usize>().ok());
    let (Some(column), Some(line), Some(name)) = (number(column), number(line), name) else { return drawn.to_owned() };
    let start: usize = source.text.split_inclusive('\n').take(line - 1).map(str::len).sum();
    let column = source.place(start + column - 1).column;
    format!("{head}[{name}:{line}:{column}]{rest}")
}

/// A mark under a stretch of the text, cut to what is there.
fn label(span: Span, source: &str, text: &str) -> LabeledSpan {
    let text = (!text.is_empty()).then(|| text.to_owned());
    let start = source.floor_char_boundary(span.start.min(source.len()));
    let end = source.floor_char_boundary(span.end.min(source.len()));
    LabeledSpan::new(text, start, end.saturating_sub(start))
}

/// The text with everything replaced that a terminal would act on, byte for byte, so that spans still fit.
fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\t' => out.push(c),
            '\r' => out.push(' '),
            _ if !c.is_control() && !is_invisible(c) => out.push(c),
            _ if c.len_utf8() == 3 => out.push(char::REPLACEMENT_CHARACTER),
            _ => out.extend(std::iter::repeat_n('?', c.len_utf8())),
        }
    }
    out
}

/// One mistake as data for an editor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// The version of this form.
    pub v: u32,
    /// The file's name inside the pack.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// `error` or `warning`.
    pub severity: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do; may be empty.
    pub help: String,
}

/// One mistake as data.
#[must_use]
pub fn line(sources: &[Source], mistake: &Mistake) -> Line {
    let words = mistake.wording();
    let at = place(sources, mistake.span);
    let severity = mistake.severity().as_str();
    Line { v: 1, file: at.file, line: at.line, column: at.column, severity, message: words.message, help: words.help }
}

/// One mistake as one line of JSON, without a line break.
#[must_use]
pub fn json_line(sources: &[Source], mistake: &Mistake) -> String {
    serde_json::to_string(&line(sources, mistake)).expect("texts and numbers are always JSON")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::mistake::Kind;

    #[test]
    fn hostile_text_does_not_reach_the_terminal() {
        let text = "a = \"\u{1b}[2J\u{202e}\u{9b}x\"\r\nb = 1\n";
        let shown = printable(text);
        assert_eq!(shown.len(), text.len());
        assert!(!shown.contains(['\u{1b}', '\u{202e}', '\u{9b}', '\r']));
        let source = Source { name: "flows/a\u{1b}.toml".into(), text: text.into() };
        let mistake = Mistake::new(Kind::NoPlace("\u{1b}[31m".into()), Span { file: 0, start: 0, end: 1 });
        for style in [Style::Plain, Style::Ascii] {
            assert!(!picture(std::slice::from_ref(&source), &mistake, style).contains('\u{1b}'));
        }
        assert!(!json_line(&[source], &mistake).contains('\u{1b}'));
    }

    #[test]
    fn a_picture_and_its_data_name_the_same_column() {
        let text = "x = 1\nä = \"ßß\"; [b] = 2\n";
        let source = Source { name: "flows/a.toml".into(), text: text.into() };
        for (start, byte) in text.char_indices().map(|(start, c)| (start, start + c.len_utf8())) {
            let mistake = Mistake::new(Kind::NoVerb, Span { file: 0, start, end: byte });
            let drawn = picture(std::slice::from_ref(&source), &mistake, Style::Plain);
            let at = line(std::slice::from_ref(&source), &mistake);
            assert!(drawn.contains(&format!("[flows/a.toml:{}:{}]", at.line, at.column)), "{at:?}\n{drawn}");
        }
    }

    #[test]
    fn a_place_beyond_the_text_is_drawn_without_panic() {
        let source = Source { name: "site.toml".into(), text: String::new() };
        for (start, end) in [(0, 0), (5, 9), (9, 5)] {
            let mistake = Mistake::new(Kind::NoVerb, Span { file: 0, start, end });
            assert!(picture(std::slice::from_ref(&source), &mistake, Style::Plain).contains("does nothing"));
        }
    }
}
