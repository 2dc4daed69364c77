//! The JSON schema of the configuration, for editors and checks.

use std::collections::BTreeSet;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

use crate::compile::catalogue;
use crate::compile::config::TopKey;
use crate::compile::part::Subtype;
use crate::compile::profile::Profile;
use crate::compile::setting::{Setting, Type};
use crate::provider::Provider;

/// The keys of a configuration. firstlight checks the format of the values when it reads the configuration.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, title = "firstlight configuration")]
#[expect(dead_code, reason = "nobody makes one: the schema is made of its fields")]
struct Configuration {
    /// Values that look like secrets but are allowed: addresses such as environment.COMMIT. The document's header lists them.
    in_clear: Option<Vec<String>>,
    /// The profile's own settings.
    settings: Option<Map<String, Value>>,
    /// Your own cloud-config keys, which are added to the document: a mapping, or the path of a file.
    #[schemars(schema_with = "cloud_config")]
    cloud_config: Option<Value>,
    /// Your own MIME parts: FILE, FILE:TYPE, or a mapping with path and type.
    #[schemars(schema_with = "parts")]
    parts: Option<Vec<Value>>,
}

fn cloud_config(_: &mut SchemaGenerator) -> Schema {
    schemars::json_schema!({ "type": ["object", "string"] })
}

fn parts(_: &mut SchemaGenerator) -> Schema {
    let names: Vec<_> = Subtype::names().collect();
    schemars::json_schema!({
        "type": "array",
        "items": {
            "type": ["string", "object"],
            "properties": { "path": { "type": "string" }, "type": { "type": "string", "enum": names } },
            "required": ["path"],
            "additionalProperties": false,
        },
    })
}

/// Where the schemas are to be found. The names are those under which SchemaStore is asked for them.
pub(crate) const CONFIGURATION: &str = "https://json.schemastore.org/firstlight.json";
const HOSTS: &str = "https://json.schemastore.org/firstlight-hosts.json";

/// Returns the JSON schema (draft 7, which all editors know) of configurations. `host` is the shared profile, whose
/// settings are valid everywhere. The settings are those of the profile that the configuration names; if it names none,
/// those of `default`. Without a default, there is one profile alone, and the settings are always its own.
#[must_use]
pub fn configuration(host: &Profile, profiles: &[Profile], default: Option<&str>) -> Value {
    let own = json!({ "description": "The profile's own settings.", "type": "object" });
    let mut schema = object(profiles, default, own);
    put(&mut schema, "$id", CONFIGURATION.into());
    put(&mut schema, "definitions", settings(host, profiles, true));
    schema
}

/// Returns the JSON schema of lists of hosts, likewise. What is the same for all hosts may be in a configuration, so
/// that a host need not have more than a domain.
#[must_use]
pub fn hosts(host: &Profile, profiles: &[Profile], default: Option<&str>) -> Value {
    // Which profile a host has if it names none, the configuration says.
    let names: BTreeSet<_> = profiles
        .iter()
        .chain([host])
        .flat_map(|profile| profile.settings.iter().map(|setting| setting.key.value.as_str()))
        .collect();
    let own = json!({
        "description": "The profile's own settings.",
        "type": "object",
        "propertyNames": { "enum": names },
    });
    let mut one = object(profiles, default, own);
    if let Some(object) = one.as_object_mut() {
        for key in ["$schema", "title", "description"] {
            object.remove(key);
        }
    }
    put(&mut one, "required", json!(["domain"]));
    if default.is_some() {
        put(&mut one, "allOf", profiles.iter().map(|profile| of_profile(&profile.name, None)).collect());
    }
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": HOSTS,
        "title": "firstlight hosts",
        "description": "Servers that one configuration makes documents for.",
        "type": "object",
        "properties": { "hosts": {
            "description": "The servers by name; what a server says overrides the configuration.",
            "type": "object",
            "minProperties": 1,
            "additionalProperties": one,
        }},
        "required": ["hosts"],
        "additionalProperties": false,
        "definitions": settings(host, profiles, false),
    })
}

/// A configuration, without the definitions of the settings; `own` is what holds for the settings of every profile.
fn object(profiles: &[Profile], default: Option<&str>, own: Value) -> Value {
    let generator = SchemaSettings::draft07().into_generator();
    let mut schema = generator.into_root_schema_for::<Configuration>().to_value();
    let single = if let (None, [one]) = (default, profiles) { Some(reference(&one.name)) } else { None };
    if let Some(object) = schema.as_object_mut() {
        // Any of them may come as a flag instead.
        object.remove("required");
    }
    if let Some(Value::Object(properties)) = schema.pointer_mut("/properties") {
        let others = std::mem::take(properties);
        properties.extend(TopKey::ALL.into_iter().map(|key| (key.name().to_owned(), top(key, profiles))));
        properties.extend(others);
        let settings = single.as_ref().map_or(own, |single| json!({ "$ref": single }));
        properties.insert("settings".to_owned(), settings);
    }
    if single.is_none() {
        let rules = profiles.iter().map(|profile| of_profile(&profile.name, default)).collect();
        put(&mut schema, "allOf", rules);
    }
    schema
}

/// Sets a key of an object.
fn put(schema: &mut Value, key: &str, value: Value) {
    if let Some(object) = schema.as_object_mut() {
        object.insert(key.to_owned(), value);
    }
}

/// The rule that a profile has these settings and no others.
fn of_profile(name: &str, default: Option<&str>) -> Value {
    let named = json!({ "properties": { "profile": { "const": name } }, "required": ["profile"] });
    let condition = if default == Some(name) {
        json!({ "anyOf": [named, { "properties": { "profile": { "type": "null" } } }] })
    } else {
        named
    };
    json!({ "if": condition, "then": { "properties": { "settings": { "$ref": reference(name) } } } })
}

fn reference(profile: &str) -> String {
    // What a folder is called may be anything.
    let name: String = profile.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    format!("#/definitions/{name}")
}

/// The settings of each profile, under the name that `reference` gives.
fn settings(host: &Profile, profiles: &[Profile], has_required: bool) -> Value {
    let of = |profile: &Profile| {
        let all = || profile.settings.iter().chain(&host.settings);
        let properties: Map<_, _> = all().map(|one| (one.key.value.clone(), describe(one))).collect();
        let mut schema = json!({
            "description": if profile.help.is_empty() { "The profile's own settings." } else { profile.help.as_str() },
            "type": "object",
            "properties": properties,
            "additionalProperties": false,
        });
        let required: Vec<_> =
            all().filter(|one| one.is_required()).map(|one| one.key.value.as_str()).collect();
        if has_required && !required.is_empty() {
            put(&mut schema, "required", required.into());
        }
        let name = reference(&profile.name);
        (name.trim_start_matches("#/definitions/").to_owned(), schema)
    };
    Value::Object(profiles.iter().map(of).collect())
}

fn top(key: TopKey, profiles: &[Profile]) -> Value {
    let description = format!("{}.", key.help());
    let mut schema = json!({ "description": description, "type": ["string", "null"] });
    match key {
        TopKey::Provider => {
            let names: Vec<_> = Provider::names().collect();
            schema = json!({ "description": description, "type": "string", "enum": names });
        }
        TopKey::Profile if profiles.len() > 1 => {
            let names: Vec<_> = profiles.iter().map(|profile| profile.name.as_str()).collect();
            // A path is a folder of the user's.
            let one = json!([{ "enum": names }, { "pattern": "[./]" }, { "type": "null" }]);
            put(&mut schema, "anyOf", one);
        }
        _ => {}
    }
    put(&mut schema, "examples", json!([key.example()]));
    schema
}

fn describe(setting: &Setting) -> Value {
    let mut schema = kind(&setting.kind);
    put(&mut schema, "description", format!("{}.", setting.help).into());
    put(&mut schema, "examples", json!([catalogue::example(setting)]));
    if let Some(default) = catalogue::fixed_default(setting) {
        put(&mut schema, "default", default);
    }
    schema
}

fn kind(kind: &Type) -> Value {
    match kind {
        Type::Bool => json!({ "type": "boolean" }),
        Type::Port => json!({ "type": "integer", "minimum": 1, "maximum": 65535 }),
        Type::Choice(words) => json!({ "type": "string", "enum": words }),
        Type::List(of) => json!({ "type": "array", "items": self::kind(of) }),
        Type::Map(of) => json!({ "type": "object", "additionalProperties": self::kind(of) }),
        // A bare number or word is as good a text as a quoted one.
        Type::Text => json!({ "type": ["string", "number", "boolean"] }),
        _ => json!({ "type": "string" }),
    }
}
