//! What is secret is nowhere afterwards: not in a file, not on an argument list, not in an environment, not in words.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex};

use exeunt::practice::scenario::Scenario;

use super::bed::{Bed, quick};
use crate::support::engines;

/// What must be found nowhere. Each is unlike everything that the program or the site says.
const PASSWORD: &str = "Kanarienvogel-7f3a9c51";
const CSRF: &str = "ajax-5172839405617283940";

/// Ways to the end on which a secret is typed.
const FAULTS: [&str; 6] = [
    "code@close",
    "wrong-password@close",
    "mirrored@close",
    "text-field@close",
    "redirect@close",
    "answer-never@close",
];

#[test]
fn no_secret_is_anywhere_after_a_closure_or_a_fault() {
    for (kind, fault) in engines::each("closing: secrets", FAULTS) {
        let scenario = Scenario {
            password: Some(PASSWORD.to_owned()),
            csrf: Some(CSRF.to_owned()),
            faults: vec![fault.parse().unwrap()],
            ..quick()
        };
        let bed = Arc::new(Bed::brisk(kind, scenario));
        let codes = Arc::new(Mutex::new(BTreeSet::new()));
        let found = Arc::new(Mutex::new(Vec::new()));
        let (at, mailed, seen) = (Arc::clone(&bed), Arc::clone(&codes), Arc::clone(&found));
        let mut left = bed.closes(PASSWORD);
        left.push(("  password: ", PASSWORD.to_owned()));
        let done = bed.sitting(&["-vvv", "close", "--live", "--without-data"], move |line, _| {
            // While it works: what any process of this machine shows of itself.
            seen.lock().unwrap().extend(shown_by_processes());
            if line.contains("  code: ") {
                let code = at.mailed_code();
                mailed.lock().unwrap().insert(code.clone());
                return vec![code];
            }
            match left.iter().position(|(words, _)| line.contains(words)) {
                Some(found) => vec![left.remove(found).1],
                None => vec![],
            }
        });
        bed.run(&["evidence", "report", "last"]);
        let told = done.told();
        let mut secrets: Vec<String> = codes.lock().unwrap().iter().cloned().collect();
        secrets.extend([PASSWORD.to_owned(), CSRF.to_owned()]);
        assert_eq!(*found.lock().unwrap(), Vec::<String>::new(), "{fault} in {kind:?}");
        for secret in &secrets {
            assert!(!told.contains(secret.as_str()), "{fault} in {kind:?} says a secret");
            assert_eq!(holding(&bed.path(""), secret), Vec::<String>::new(), "{fault} in {kind:?}");
        }
    }
}

/// The processes on whose argument list or in whose environment the password is.
fn shown_by_processes() -> Vec<String> {
    let mut shown = vec![];
    for process in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        for file in ["cmdline", "environ"] {
            let path = process.path().join(file);
            // A process may end meanwhile, and others are not ours to read.
            let bytes = std::fs::read(&path).unwrap_or_default();
            if contains(&bytes, PASSWORD) || contains(&bytes, CSRF) {
                shown.push(path.display().to_string());
            }
        }
    }
    shown
}

/// The files below a folder that hold the text, or name it; a browser's own profile of a session holds cookies and is
/// deleted with it.
fn holding(folder: &Path, text: &str) -> Vec<String> {
    let mut found = vec![];
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let (path, kind) = (entry.path(), entry.file_type().unwrap());
        if kind.is_dir() {
            found.extend(holding(&path, text));
        } else if kind.is_file() {
            let bytes = std::fs::read(&path).unwrap_or_default();
            if contains(&bytes, text) || path.display().to_string().contains(text) {
                found.push(path.display().to_string());
            }
        }
    }
    found
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}
