//! The JSON schema of the configuration, for editors and checks.

use schemars::{JsonSchema, Schema, SchemaGenerator, schema_for};
use serde_json::{Map, Value, json};

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

/// Returns the JSON schema of configurations that use `profile`; `host` is the shared profile, whose settings
/// are valid too.
#[must_use]
pub fn schema(host: &Profile, profile: &Profile) -> Value {
    let settings: Map<String, Value> = profile
        .settings
        .iter()
        .chain(&host.settings)
        .map(|setting| (setting.key.value.clone(), describe(setting)))
        .collect();
    let mut schema = schema_for!(Configuration).to_value();
    // Any of them may come as a flag instead.
    if let Some(object) = schema.as_object_mut() {
        object.remove("required");
    }
    if let Some(Value::Object(properties)) = schema.pointer_mut("/properties") {
        let others = std::mem::take(properties);
        properties.extend(TopKey::ALL.into_iter().map(|key| (key.name().to_owned(), top(key))));
        properties.extend(others);
    }
    if let Some(slot) = schema.pointer_mut("/properties/settings") {
        *slot = json!({
            "description": "The profile's own settings.",
            "type": "object",
            "properties": settings,
            "additionalProperties": false,
        });
    }
    schema
}

fn top(key: TopKey) -> Value {
    let description = format!("{}.", key.help());
    match key {
        TopKey::Provider => {
            let names: Vec<_> = Provider::names().collect();
            json!({ "description": description, "type": "string", "enum": names })
        }
        _ => json!({ "description": description, "type": ["string", "null"] }),
    }
}

fn describe(setting: &Setting) -> Value {
    let mut schema = kind(&setting.kind);
    if let Some(object) = schema.as_object_mut() {
        object.insert("description".to_owned(), setting.help.clone().into());
    }
    schema
}

fn kind(kind: &Type) -> Value {
    match kind {
        Type::Bool => json!({ "type": "boolean" }),
        Type::Port => json!({ "type": "integer", "minimum": 1, "maximum": 65535 }),
        Type::List(of) => json!({ "type": "array", "items": self::kind(of) }),
        Type::Map(of) => json!({ "type": "object", "additionalProperties": self::kind(of) }),
        // A bare number or word is as good a text as a quoted one.
        Type::Text => json!({ "type": ["string", "number", "boolean"] }),
        _ => json!({ "type": "string" }),
    }
}
