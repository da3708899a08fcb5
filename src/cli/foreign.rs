//! What the system and libraries say of a mistake, in the words of this program.
//!
//! Their sentences come up from every floor within ours: "settings.toml: No such file or directory (os error 2)". Nobody who
//! only uses the program knows what an entity is, or which number an error has. So what leaves the program passes here.

/// What the system says, with ` (os error 2)` or another number behind it, and how it is said here.
const OF_THE_SYSTEM: [(&str, &str); 24] = [
    ("No such file or directory", "there is no such file or folder"),
    ("Permission denied", "this user has no right to do that"),
    ("Operation not permitted", "this user has no right to do that"),
    ("File exists", "it is there already"),
    ("Not a directory", "a part of this path is a file and no folder"),
    ("Is a directory", "it is a folder and no file"),
    ("Directory not empty", "the folder is not empty"),
    ("No space left on device", "the disk is full"),
    ("Disk quota exceeded", "the disk space that this user may use is full"),
    ("Disc quota exceeded", "the disk space that this user may use is full"),
    ("Read-only file system", "the disk is mounted so that it can only be read"),
    ("File name too long", "the name of the file is too long"),
    ("File too large", "the file is larger than this disk can hold"),
    ("Too many levels of symbolic links", "links lead to each other in a circle"),
    ("Too many open files", "too many files are open: close other programs, or raise the limit with `ulimit -n`"),
    ("Input/output error", "the disk or device failed while it was read or written"),
    ("Exec format error", "it is no program that this machine can start"),
    ("Text file busy", "the program is being written right now"),
    ("Address already in use", "another program uses it already"),
    ("Cannot assign requested address", "this machine has no such address"),
    ("Connection refused", "nothing answers there"),
    ("Connection reset by peer", "the other side broke off"),
    ("No such device or address", "there is no such device"),
    ("Cannot allocate memory", "the machine has no memory left"),
];

/// What libraries say, and how it is said here.
const OF_LIBRARIES: [(&str, &str); 13] = [
    ("entity not found", "there is no such file or folder"),
    ("entity already exists", "it is there already"),
    ("unexpected end of file", "it ends too early"),
    ("failed to fill whole buffer", "it ends too early"),
    ("stream did not contain valid UTF-8", "it is not text in UTF-8"),
    ("invalid digit found in string", "it is no whole number"),
    ("cannot parse integer from empty string", "it is empty, and a number is wanted"),
    ("number too large to fit in target type", "the number is too large"),
    ("number too small to fit in target type", "the number is too small"),
    ("number would be zero for non-zero type", "0 is too small"),
    ("invalid float literal", "it is no number"),
    ("provided string was not `true` or `false`", "it is neither `true` nor `false`"),
    (
        "failed to lookup address information: Name or service not known",
        "no server has this name, or this machine is not connected",
    ),
];

/// The text without words that only a programmer knows. What is between backticks is left as it is: it is somebody else's own
/// text.
pub(crate) fn in_words(text: &str) -> String {
    let parts = text.split('`').enumerate().map(|(at, part)| if at % 2 == 1 { part.to_owned() } else { ours(part) });
    parts.collect::<Vec<_>>().join("`")
}

/// The same of a part that holds no backtick.
fn ours(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(" (os error ") {
        let (before, after) = rest.split_at(at);
        let Some(end) = after.find(')') else { break };
        let said = OF_THE_SYSTEM.iter().find(|(theirs, _)| before.ends_with(theirs));
        match said {
            Some((theirs, ours)) => {
                out.push_str(&before[..before.len() - theirs.len()]);
                out.push_str(ours);
            }
            // The sentence is better than a number, and without it nothing would be said.
            None => out.push_str(before),
        }
        rest = &after[end + 1..];
    }
    out.push_str(rest);
    // Only what stands at the end of a part of our sentence is theirs.
    for (theirs, ours) in OF_LIBRARIES {
        let Some(at) = out.find(theirs) else { continue };
        let (begins, ends) = (&out[..at], &out[at + theirs.len()..]);
        let is_part = begins.is_empty() || begins.ends_with(": ") || begins.ends_with('(');
        if is_part && (ends.is_empty() || ends.starts_with(['\n', ';', ',', ')'])) {
            out = format!("{begins}{ours}{ends}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_says_is_told_in_words_and_without_its_number() {
        for (theirs, ours) in [
            (
                "exeunt: /x/list.csv: No such file or directory (os error 2)",
                "exeunt: /x/list.csv: there is no such file or folder",
            ),
            ("a: Permission denied (os error 13); b", "a: this user has no right to do that; b"),
            ("a: Connection refused (os error 111)\n  what to do: b", "a: nothing answers there\n  what to do: b"),
            ("a: Something odd (os error 255)", "a: Something odd"),
            (
                "a: File exists (os error 17), b: Is a directory (os error 21)",
                "a: it is there already, b: it is a folder and no file",
            ),
            (
                "invalid value 'x' for '--port <PORT>': invalid digit found in string",
                "invalid value 'x' for '--port <PORT>': it is no whole number",
            ),
            ("x (entity not found); y", "x (there is no such file or folder); y"),
        ] {
            assert_eq!(in_words(theirs), ours);
        }
    }

    #[test]
    fn the_words_of_somebody_else_stay_as_they_are() {
        for text in [
            "company `entity not found Ltd`",
            "the file `/x/a (os error 2)/b` and `invalid digit found in string`",
            "the entity not found here",
            "No such file or directory",
            "",
            "(os error ",
            "x (os error 2",
        ] {
            assert_eq!(in_words(text), text);
        }
    }

    #[test]
    fn every_error_of_this_system_that_is_named_is_found() {
        for number in [2, 13, 17, 20, 21, 28] {
            let theirs = format!("a: {}", std::io::Error::from_raw_os_error(number));
            let ours = in_words(&theirs);
            assert!(OF_THE_SYSTEM.iter().any(|(_, words)| ours == format!("a: {words}")), "{theirs}: {ours}");
        }
    }
}
