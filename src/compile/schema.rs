//! The configuration's JSON schema, for editors and checks.

use schemars::{JsonSchema, Schema, SchemaGenerator, schema_for};
use serde_json::{Map, Value, json};

use crate::compile::part::Subtype;
use crate::compile::profile::Profile;
use crate::compile::setting::{Setting, Type};
use crate::provider::Provider;

/// The keys of a configuration, as documented; what each value must look like is checked when it is read.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, title = "firstlight configuration")]
#[allow(dead_code)]
struct Configuration {
    /// A profile's name, or the path of a folder.
    profile: Option<String>,
    /// The site's public domain.
    domain: Option<String>,
    /// A reference to the registry's token: file:///PATH, another scheme, or none.
    token: Option<String>,
    /// The last day on which the token works, as 2027-02-01.
    expires: Option<String>,
    /// The GitHub repository, OWNER/NAME.
    repo: Option<String>,
    /// The repository's branch.
    branch: Option<String>,
    /// The provider the document is for.
    #[schemars(schema_with = "providers")]
    provider: Option<String>,
    /// What looks like a secret and is in clear by choice: addresses such as environment.COMMIT; the document's header names them.
    in_clear: Option<Vec<String>>,
    /// The profile's own settings.
    settings: Option<Map<String, Value>>,
    /// Your own cloud-config keys, put into the same document: here, or in a file.
    #[schemars(schema_with = "cloud_config")]
    cloud_config: Option<Value>,
    /// Your own MIME parts: FILE, FILE:TYPE, or path and type.
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

fn providers(_: &mut SchemaGenerator) -> Schema {
    let names: Vec<_> = Provider::names().collect();
    schemars::json_schema!({ "type": "string", "enum": names })
}

/// The schema of configurations for one profile, with the host side's settings.
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
