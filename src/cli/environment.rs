//! The environment variables that stand for options: `FIRSTLIGHT_DOMAIN` for `--domain`.

/// What their names begin with.
const PREFIX: &str = "FIRSTLIGHT_";

/// The environment variable of an option; `None` if it has none.
pub(super) fn variable(option: &str) -> Option<String> {
    let name = option.to_uppercase().replace('-', "_");
    (!matches!(option, "help" | "version")).then(|| format!("{PREFIX}{name}"))
}

/// What the environment gives, written as arguments.
pub(super) fn given() -> impl Iterator<Item = String> {
    std::env::vars_os().filter_map(|(name, value)| {
        let option = name.to_str()?.strip_prefix(PREFIX)?.to_lowercase().replace('_', "-");
        Some(format!("--{option}={}", value.to_string_lossy()))
    })
}
