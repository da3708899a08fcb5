//! JSON Schemas (draft-07) of the four kinds of files, for editors; made of the tables by which the parser asks.
//!
//! What a schema refuses the parser refuses too. The parser refuses more: names that nothing defines, flows that do too much.

use serde_json::{Map, Value, json};

use super::grammar::{self, FILES, Name, Rule, Shape, Table};

/// The kinds of files that have a schema: `flow`, `site`, `targets`, `words`.
#[must_use]
pub fn kinds() -> [&'static str; 4] {
    FILES.map(|(kind, _)| kind)
}

/// The schema of a kind of file, or none where there is no such kind.
#[must_use]
pub fn schema(kind: &str) -> Option<Value> {
    let (kind, table) = FILES.iter().find(|(known, _)| *known == kind)?;
    let mut definitions = Map::new();
    let Value::Object(mut schema) = of_table(table, &mut definitions) else { return None };
    schema.insert("$schema".to_owned(), json!("http://json-schema.org/draft-07/schema#"));
    schema.insert("title".to_owned(), json!(format!("exeunt {kind}")));
    if !definitions.is_empty() {
        schema.insert("definitions".to_owned(), Value::Object(definitions));
    }
    Some(Value::Object(schema))
}

/// The schema of a kind of file as it is shipped beside the pack, with a line break at its end.
#[must_use]
pub fn text(kind: &str) -> Option<String> {
    schema(kind).map(|schema| format!("{schema:#}\n"))
}

fn of_table(table: &Table, definitions: &mut Map<String, Value>) -> Value {
    let mut properties = Map::new();
    for key in table.keys {
        let mut shape = of_shape(&key.shape, definitions);
        // In draft-07 nothing beside a reference counts.
        if shape.get("$ref").is_some() {
            shape = json!({ "allOf": [shape] });
        }
        shape["description"] = json!(key.says);
        properties.insert(key.name.to_owned(), shape);
    }
    let required: Vec<&str> = table.keys.iter().filter(|key| key.need).map(|key| key.name).collect();
    let mut schema = json!({ "type": "object", "description": table.says, "properties": properties });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    match &table.names {
        None => schema["additionalProperties"] = json!(false),
        Some(names) => {
            schema["additionalProperties"] = of_shape(&names.shape, definitions);
            schema["propertyNames"] = json!({ "pattern": pattern(names.name) });
        }
    }
    let each = |keys: &[&str]| -> Vec<Value> { keys.iter().map(|key| json!({ "required": [key] })).collect() };
    match table.rule {
        Rule::Free => {}
        Rule::One(keys) => schema["oneOf"] = json!(each(keys)),
        Rule::Some(keys) => schema["anyOf"] = json!(each(keys)),
        Rule::Either(first, keys) => {
            schema["oneOf"] = json!([{ "required": [first] }, { "anyOf": each(keys) }]);
        }
    }
    schema
}

fn of_shape(shape: &Shape, definitions: &mut Map<String, Value>) -> Value {
    match shape {
        Shape::Text => json!({ "type": "string", "minLength": 1 }),
        Shape::Path => json!({ "type": "string", "pattern": "^/" }),
        Shape::Name(name) => json!({ "type": "string", "pattern": pattern(*name) }),
        Shape::Words(words) => json!({ "enum": words }),
        Shape::Flag => json!({ "type": "boolean" }),
        Shape::Yes => json!({ "const": true }),
        Shape::Number(least, most) => json!({ "type": "integer", "minimum": least, "maximum": most }),
        Shape::Duration => json!({ "type": "string", "pattern": "^[0-9]+(ms|s|m)$" }),
        Shape::Seen => json!({ "type": "string", "pattern": "^(never|[0-9]{4}-[0-9]{2}(-[0-9]{2})? \\(.+\\))$" }),
        Shape::List(one, most) => {
            json!({ "type": "array", "items": of_shape(one, definitions), "minItems": 1, "maxItems": most })
        }
        Shape::Many(one) => {
            let one = of_shape(one, definitions);
            json!({ "anyOf": [one, { "type": "array", "items": one, "minItems": 1 }] })
        }
        Shape::Any(shapes) => {
            let shapes: Vec<Value> = shapes.iter().map(|shape| of_shape(shape, definitions)).collect();
            json!({ "anyOf": shapes })
        }
        Shape::Table(table) => {
            if !definitions.contains_key(table.id) {
                // Its place is taken first: a table may lead to itself.
                definitions.insert(table.id.to_owned(), Value::Null);
                let made = of_table(table, definitions);
                definitions.insert(table.id.to_owned(), made);
            }
            json!({ "$ref": format!("#/definitions/{}", table.id) })
        }
    }
}

fn pattern(name: Name) -> &'static str {
    match name {
        Name::Snake => "^[a-z][a-z0-9_]{0,59}$",
        Name::Kebab => "^[a-z][a-z0-9-]{0,59}$",
    }
}

/// Whether a word is a role that a pack may name.
pub(super) fn is_role(word: &str) -> bool {
    grammar::ROLES.iter().any(|(role, ())| *role == word)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_reference_is_defined_and_no_two_tables_share_a_name() {
        for kind in kinds() {
            let schema = schema(kind).unwrap();
            let text = schema.to_string();
            let refs: BTreeSet<&str> =
                text.split("#/definitions/").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
            for name in refs {
                assert!(schema["definitions"][name].is_object(), "{kind}: {name}");
            }
        }
        assert_eq!(schema("other"), None);
        let tick = &schema("flow").unwrap()["definitions"]["tick"];
        assert_eq!(tick["required"], json!(["target"]));
    }
}
