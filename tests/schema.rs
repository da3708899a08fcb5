//! The schemas beside the pack: up to date, true of every pack that is accepted, and never stricter than the parser.
//!
//! `EXEUNT_BLESS=1` writes them anew.

use std::fs;
use std::path::{Path, PathBuf};

use exeunt::flow::mistake::Severity;
use exeunt::flow::pack::Pack;
use exeunt::flow::schema;
use exeunt::flow::span::Source;
use exeunt::pack::embedded;
use serde_json::Value;

use crate::support::packs;

fn beside_the_pack(kind: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("selectors/linkedin/{kind}.schema.json"))
}

#[test]
fn the_files_are_up_to_date() {
    for kind in schema::kinds() {
        let file = beside_the_pack(kind);
        let made = schema::text(kind).unwrap();
        if std::env::var_os("EXEUNT_BLESS").is_some_and(|value| value == "1") {
            fs::write(&file, &made).unwrap();
        }
        let there = fs::read_to_string(&file).unwrap_or_default();
        assert!(there == made, "{} is not up to date; EXEUNT_BLESS=1 writes it anew", file.display());
    }
}

#[test]
fn every_file_of_the_pack_names_its_schema() {
    for source in embedded::sources() {
        let folder = if source.name == "site.toml" { "." } else { ".." };
        let line = format!("#:schema {folder}/{}.schema.json", kind_of(&source.name));
        assert_eq!(source.text.lines().next(), Some(line.as_str()), "{}", source.name);
    }
}

fn kind_of(name: &str) -> &str {
    match name.split('/').next().unwrap() {
        "site.toml" => "site",
        "flows" => "flow",
        folder => folder,
    }
}

/// What the schema of its kind says against a text, or nothing where it is no TOML.
fn faults(source: &Source) -> Vec<String> {
    let Ok(table) = source.text.parse::<toml::Table>() else { return Vec::new() };
    let value = serde_json::to_value(table).unwrap();
    let Some(schema) = schema::schema(kind_of(&source.name)) else { return Vec::new() };
    let mut faults = Vec::new();
    against(&schema, &schema, &value, "", &mut faults);
    faults
}

/// The built-in pack and those of all cases, by name.
fn all() -> Vec<(String, Vec<Source>)> {
    let mut all = vec![("built in".to_owned(), embedded::sources())];
    all.extend(packs::cases().into_iter().map(|(case, folder)| {
        let pack = packs::pack_of(&case, &folder);
        (case, pack)
    }));
    all
}

#[test]
fn what_a_schema_refuses_the_parser_refuses_too() {
    let mut refused_by_both = 0;
    for (case, sources) in all() {
        let (mistakes, sources) = match Pack::load(sources) {
            Ok(loaded) => (loaded.warnings, loaded.pack.sources),
            Err(refused) => (refused.mistakes, refused.sources),
        };
        for (file, source) in sources.iter().enumerate().filter(|(_, source)| !source.text.is_empty()) {
            let faults = faults(source);
            let wrong =
                mistakes.iter().any(|mistake| mistake.severity() == Severity::Error && mistake.span.file == file);
            assert!(faults.is_empty() || wrong, "{case}, {}: only the schema refuses it: {faults:?}", source.name);
            refused_by_both += usize::from(!faults.is_empty());
        }
    }
    assert!(refused_by_both >= 10, "the schemas refuse next to nothing: {refused_by_both}");
}

#[test]
fn a_wrong_key_type_or_word_is_refused_by_the_schema() {
    let source = |text: &str| Source { name: "flows/x.toml".to_owned(), text: text.to_owned() };
    let good = "format = 1\nflow = \"x\"\nseen = \"never\"\n[[step]]\nid = \"a\"\nclick = \"b\"\n";
    assert_eq!(faults(&source(good)), Vec::<String>::new());
    for (old, new) in [
        ("click", "clik"),
        ("click = \"b\"", "click = 1"),
        ("click = \"b\"", "click = \"b\"\nwait = true"),
        ("click = \"b\"", "press = \"F1\""),
        ("click = \"b\"", "goto = \"javascript:x\""),
        ("click = \"b\"", "wait = true\nexpect = { within = \"4s\" }"),
        ("click = \"b\"", "wait = true\nexpect = { see = \"x\", within = \"4 s\" }"),
        ("click = \"b\"", "wait = true\nexpect = { see = \"x\", first = [{ see = \"y\" }], within = \"4s\" }"),
        ("\"never\"", "\"soon\""),
        ("format = 1", "format = 2"),
        ("id = \"a\"", "id = \"A\""),
    ] {
        assert!(good.contains(old));
        assert!(!faults(&source(&good.replace(old, new))).is_empty(), "{new}");
    }
}

/// As much of draft-07 as the schemas use; anything else in them fails the test.
fn against(root: &Value, schema: &Value, value: &Value, at: &str, out: &mut Vec<String>) {
    let fits = |schema: &Value| {
        let mut faults = Vec::new();
        against(root, schema, value, at, &mut faults);
        faults.is_empty()
    };
    for (key, rule) in schema.as_object().unwrap() {
        let holds = match key.as_str() {
            "$schema" | "title" | "description" | "definitions" => true,
            "$ref" => {
                let name = rule.as_str().unwrap().strip_prefix("#/definitions/").unwrap();
                against(root, &root["definitions"][name], value, at, out);
                true
            }
            "allOf" => rule.as_array().unwrap().iter().all(fits),
            "anyOf" => rule.as_array().unwrap().iter().any(fits),
            "oneOf" => rule.as_array().unwrap().iter().filter(|one| fits(one)).count() == 1,
            "enum" => rule.as_array().unwrap().contains(value),
            "const" => rule == value,
            "type" => match rule.as_str().unwrap() {
                "object" => value.is_object(),
                "array" => value.is_array(),
                "string" => value.is_string(),
                "boolean" => value.is_boolean(),
                "integer" => value.is_i64() || value.is_u64(),
                other => panic!("type {other}"),
            },
            "minLength" => value.as_str().is_none_or(|text| text.chars().count() as u64 >= rule.as_u64().unwrap()),
            "pattern" => value.as_str().is_none_or(|text| matches(rule.as_str().unwrap(), text)),
            "minimum" => value.as_i64().is_none_or(|number| number >= rule.as_i64().unwrap()),
            "maximum" => value.as_i64().is_none_or(|number| number <= rule.as_i64().unwrap()),
            "minItems" => value.as_array().is_none_or(|list| list.len() as u64 >= rule.as_u64().unwrap()),
            "maxItems" => value.as_array().is_none_or(|list| list.len() as u64 <= rule.as_u64().unwrap()),
            "items" => {
                for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                    against(root, rule, item, &format!("{at}[{index}]"), out);
                }
                true
            }
            "required" => {
                let there = |key: &Value| value.get(key.as_str().unwrap()).is_some();
                !value.is_object() || rule.as_array().unwrap().iter().all(there)
            }
            "properties" => {
                for (name, rule) in rule.as_object().unwrap() {
                    if let Some(inner) = value.get(name) {
                        against(root, rule, inner, &format!("{at}.{name}"), out);
                    }
                }
                true
            }
            "additionalProperties" => {
                let known = schema.get("properties").and_then(Value::as_object);
                let others = value.as_object().into_iter().flatten();
                let others = others.filter(|(name, _)| known.is_none_or(|known| !known.contains_key(*name)));
                let others: Vec<_> = others.collect();
                match rule.as_bool() {
                    Some(allowed) => allowed || others.is_empty(),
                    None => {
                        for (name, inner) in others {
                            against(root, rule, inner, &format!("{at}.{name}"), out);
                        }
                        true
                    }
                }
            }
            "propertyNames" => {
                let names = value.as_object().into_iter().flatten().map(|(name, _)| name);
                let pattern = rule["pattern"].as_str().unwrap();
                names.into_iter().all(|name| matches(pattern, name))
            }
            other => panic!("the schemas use `{other}`, which this test does not know"),
        };
        if !holds {
            out.push(format!("{at}: {key}"));
        }
    }
}

/// The patterns of the schemas, each by hand; a new one fails the test until it is written down here.
fn matches(pattern: &str, text: &str) -> bool {
    let name = |joint: char| {
        text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.len() <= 60
            && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == joint)
    };
    let digits = |text: &str, length: usize| text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    match pattern {
        "^/" => text.starts_with('/'),
        "^[a-z][a-z0-9_]{0,59}$" => name('_'),
        "^[a-z][a-z0-9-]{0,59}$" => name('-'),
        "^[0-9]+(ms|s|m)$" => {
            let number = text.trim_end_matches(['m', 's']);
            matches!(&text[number.len()..], "ms" | "s" | "m") && digits(number, number.len().max(1))
        }
        "^(never|[0-9]{4}-[0-9]{2}(-[0-9]{2})? \\(.+\\))$" => {
            text == "never"
                || text.split_once(' ').is_some_and(|(date, from)| {
                    let parts: Vec<&str> = date.split('-').collect();
                    let dated = matches!(parts.len(), 2 | 3)
                        && digits(parts[0], 4)
                        && parts[1..].iter().all(|part| digits(part, 2));
                    dated && from.len() > 2 && from.starts_with('(') && from.ends_with(')')
                })
        }
        other => panic!("an unknown pattern: {other}"),
    }
}
