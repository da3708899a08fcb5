//! The records of `--json` as `docs/json.md` has them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;

use serde_json::Value;

/// The fields of each kind of record.
pub(crate) static KINDS: LazyLock<BTreeMap<String, BTreeSet<String>>> = LazyLock::new(|| {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/json.md")).unwrap();
    let quoted = |cell: &str| -> Vec<String> { cell.split('`').skip(1).step_by(2).map(str::to_owned).collect() };
    let rows = text.lines().filter(|line| line.starts_with("| `"));
    rows.map(|row| {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").collect();
        let [kind, _, fields] = cells[..] else { panic!("three cells are wanted: {row}") };
        (quoted(kind).remove(0), quoted(fields).into_iter().collect())
    })
    .collect()
});

/// Fails where a record is not one of the contract: no version, no kind, or a field that is in no row.
pub(crate) fn assert_fits(record: &Value) {
    assert_eq!(record["v"], 1, "{record}");
    let kind = record["kind"].as_str().unwrap_or_else(|| panic!("a record without its kind: {record}"));
    let fields = KINDS.get(kind).unwrap_or_else(|| panic!("docs/json.md has no kind `{kind}`: {record}"));
    let more = |key: &str| matches!(key, "v" | "kind" | "account") || kind == "result" || fields.contains(key);
    let unknown: Vec<&String> = record.as_object().unwrap().keys().filter(|key| !more(key)).collect();
    assert!(unknown.is_empty(), "docs/json.md does not have {unknown:?} of `{kind}`: {record}");
    if kind == "result" {
        let missing: Vec<&String> = fields.iter().filter(|field| record.get(field).is_none()).collect();
        assert!(missing.is_empty(), "{missing:?} is missing: {record}");
    }
}
