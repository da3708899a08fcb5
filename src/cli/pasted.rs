//! Commands within words for people: each works as it stands there, from any folder.
//!
//! Words come from every floor, and only the command line knows by which flags it was called. So what leaves the program passes
//! here, and each command in it gets the flags of this call that it lacks.

/// The text with the flags added to each command in it: to what stands between backticks and begins with `exeunt`, and to a line
/// that is nothing but a command. A flag that a command has already stays as it is.
pub(crate) fn completed(text: &str, flags: &[String]) -> String {
    if flags.is_empty() || !text.contains("exeunt ") {
        return text.to_owned();
    }
    let lines: Vec<String> = text.split('\n').map(|line| of_line(line, flags)).collect();
    lines.join("\n")
}

fn of_line(line: &str, flags: &[String]) -> String {
    if line.trim_start().starts_with("exeunt ") && !line.contains('`') {
        return with_flags(line, flags);
    }
    let parts = line.split('`').enumerate().map(|(at, part)| match at % 2 == 1 && part.starts_with("exeunt ") {
        true => with_flags(part, flags),
        false => part.to_owned(),
    });
    parts.collect::<Vec<_>>().join("`")
}

fn with_flags(command: &str, flags: &[String]) -> String {
    let name = |flag: &str| flag.split(' ').next().unwrap_or_default().to_owned();
    let has = |flag: &str| command.split(' ').any(|word| word == flag || word.starts_with(&format!("{flag}=")));
    // A person signs in at a window, whatever else goes without one.
    let is_of_use = |flag: &&String| !(name(flag) == "--headless" && command.trim_start().starts_with("exeunt login"));
    let missing = flags.iter().filter(is_of_use).filter(|flag| !has(&name(flag)));
    if has("--help") {
        command.to_owned()
    } else {
        missing.fold(command.to_owned(), |all, flag| format!("{all} {flag}"))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::{Path, PathBuf};

    use clap::Parser as _;

    use super::*;
    use crate::cli::args::Cli;

    #[test]
    fn each_command_gets_the_flags_of_the_call_that_it_lacks() {
        let flags = ["--origin http://127.0.0.1:9", "--account ann", "--headless"].map(str::to_owned);
        let all = "--origin http://127.0.0.1:9 --account ann --headless";
        assert_eq!(completed("look: `exeunt status` says", &flags), format!("look: `exeunt status {all}` says"));
        assert_eq!(completed("  exeunt run P4K", &flags), format!("  exeunt run P4K {all}"));
        assert_eq!(
            completed("`exeunt login --account other` or `--live`", &flags),
            "`exeunt login --account other --origin http://127.0.0.1:9` or `--live`"
        );
        assert_eq!(
            completed("`exeunt status`\n`exeunt keep list --help`", &flags[1..2]),
            "`exeunt status --account ann`\n`exeunt keep list --help`"
        );
        assert_eq!(completed("`exeunt status`", &[]), "`exeunt status`");
        for text in ["the program exeunt stops", "no command", "`x` exeunt `y`"] {
            assert_eq!(completed(text, &flags), text);
        }
    }

    fn root() -> &'static Path {
        Path::new(env!("CARGO_MANIFEST_DIR"))
    }

    /// Every source of the program, without what only its tests have.
    fn sources(folder: PathBuf) -> Vec<(PathBuf, String)> {
        let mut found = vec![];
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let is_test = path.components().any(|part| matches!(part.as_os_str().to_str(), Some("tests" | "tests.rs")));
            if is_test {
                continue;
            }
            if path.is_dir() {
                found.extend(sources(path));
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                found.push((path, text.split("#[cfg(test)]").next().unwrap().to_owned()));
            }
        }
        found
    }

    /// What stands between `open` and `close` in the text, where it is a command.
    fn commands(text: &str, open: &str, close: &str) -> Vec<String> {
        let spans = text.match_indices(open).map(|(at, _)| &text[at + open.len()..]);
        let spans = spans
            .filter_map(|rest| rest.split(close).next())
            .filter(|span| span.starts_with("exeunt ") && !span.ends_with(' '));
        spans
            .map(|span| span.replace("\\\n", ""))
            .filter(|span| span.chars().nth(7).is_some_and(|c| c.is_ascii_lowercase() || c == '{'))
            .collect()
    }

    /// Every command that the program prints or that README and guide show.
    fn printed() -> BTreeSet<String> {
        let mut all = BTreeSet::new();
        for (path, text) in sources(root().join("src")) {
            // These name the program, not one of its commands.
            let is_other = [
                "flow/schema.rs",
                "plan/plan.rs",
                "evidence/finish.rs",
                "evidence/handout/mod.rs",
                "evidence/sample.rs",
                "run/order.rs",
                "cli/pasted.rs",
                "cli/output.rs",
            ];
            if is_other.iter().any(|other| path.ends_with(other)) {
                continue;
            }
            let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
            let code = code.join("\n");
            all.extend(commands(&code, "`", "`"));
            all.extend(commands(&code, "\"", "\""));
            all.extend(commands(&code, "\"  ", "\""));
            all.extend(commands(&code, "\"    ", "\""));
        }
        for document in ["README.md", "docs/guide.md"] {
            let text = std::fs::read_to_string(root().join(document)).unwrap();
            let blocks = text.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next());
            all.extend(blocks.flat_map(str::lines).filter(|line| line.starts_with("exeunt ")).map(str::to_owned));
        }
        all
    }

    /// The command with something in place of each hole: flags at the end are none, the others are tried.
    fn filled(command: &str) -> Vec<String> {
        let samples = [
            "P4K",
            "R7M",
            "I2X",
            "jane-doe",
            "done",
            "close",
            "list",
            "remove-from-list",
            "ann",
            "firefox",
            "3",
            "--review",
            "http://127.0.0.1:9",
        ];
        let mut plain = command.replace("$ORIGIN", "http://127.0.0.1:9");
        // A hole right behind a word holds flags.
        while let Some(at) = plain
            .char_indices()
            .find_map(|(at, c)| (c == '{' && at > 0 && !plain[..at].ends_with([' ', '/', ':', '"'])).then_some(at))
        {
            let end = plain[at..].find('}').map_or(plain.len(), |end| at + end + 1);
            plain.replace_range(at..end, "");
        }
        if !plain.contains('{') {
            return vec![plain];
        }
        let fill = |sample: &&str| {
            let mut text = plain.clone();
            while let (Some(start), Some(end)) = (text.find('{'), text.find('}')) {
                text.replace_range(start..=end, sample);
            }
            text
        };
        samples.iter().map(fill).collect()
    }

    /// Words as sh splits them; none where sh would do something else than run one command with these words.
    fn words(command: &str) -> Option<Vec<String>> {
        let (mut words, mut word, mut quote) = (vec![], None::<String>, None);
        for c in command.split(" #").next().unwrap().chars() {
            match (c, quote) {
                (c, Some(open)) if c == open => quote = None,
                (c, Some(_)) => word.get_or_insert_default().push(c),
                ('\'' | '"', None) => (quote, word) = (Some(c), Some(word.unwrap_or_default())),
                (' ', None) => words.extend(word.take()),
                ('|' | '<' | '>' | ';' | '&' | '$' | '(' | ')' | '*' | '?' | '`' | '…', None) => return None,
                (c, None) => word.get_or_insert_default().push(c),
            }
        }
        words.extend(word);
        quote.is_none().then_some(words)
    }

    #[test]
    fn every_command_that_is_printed_is_one_that_sh_and_the_program_take_as_it_stands() {
        let all = printed();
        assert!(all.len() > 70, "only {} were found", all.len());
        let is_placeholder = |word: &String| word.len() > 2 && word.chars().all(|c| c.is_ascii_uppercase());
        let mut wrong = vec![];
        for command in &all {
            let takes = filled(command).iter().any(|text| {
                words(text).is_some_and(|words| {
                    !words.iter().any(is_placeholder) && Cli::try_parse_from(words).is_ok_or_help()
                })
            });
            if !takes {
                wrong.push(command);
            }
        }
        assert!(wrong.is_empty(), "\n{wrong:#?}");
    }

    trait OkOrHelp {
        fn is_ok_or_help(&self) -> bool;
    }

    impl OkOrHelp for Result<Cli, clap::Error> {
        fn is_ok_or_help(&self) -> bool {
            self.as_ref().err().is_none_or(|error| error.kind() == clap::error::ErrorKind::DisplayHelp)
        }
    }
}
