//! Words in names that suggest a secret, and words that say that the value is none.

/// The ends of names that surely mean a secret, without the characters between the words.
pub(super) const ENDS: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "secret",
    "token",
    "apikey",
    "apitoken",
    "secretkey",
    "accesskey",
    "accountkey",
    "privatekey",
    // The keys of `ssh_keys` in a cloud-config.
    "rsaprivate",
    "dsaprivate",
    "ed25519private",
    "authkey",
    "encryptionkey",
    "signingkey",
    "masterkey",
    "mackey",
    "presharedkey",
    "sharedkey",
    "activationkey",
    "registrationkey",
    "secretkeybase",
    "credential",
    "credentials",
    "authorization",
    "basicauth",
    "basicauthusers",
    // `user/password`, or `none`.
    "neo4jauth",
    "mnemonic",
    "passcode",
];

/// The last words of such names. They have to be whole words, because other words end in the same letters.
pub(super) const LAST: &[&str] = &["pass", "pwd", "pw", "psk", "creds"];

/// The ends of names whose value is a secret if it is plausible as one: `DBPASS`, and `validation_cert`, which is a
/// private key of Chef.
pub(super) const GLUED: &[&str] = &["pass", "pwd", "pw", "validationcert"];

/// Words with such an end that have nothing to do with passwords.
pub(super) const NOT_GLUED: &[&str] = &[
    "compass",
    "encompass",
    "bypass",
    "trespass",
    "surpass",
    "underpass",
    "overpass",
    "multipass",
    "allpass",
    "bandpass",
    "highpass",
    "lowpass",
    "oldpwd",
];

/// The last words of names whose value is a secret if it is plausible as one; but see [`NO_KEYS`].
pub(super) const IF_PLAUSIBLE: &[&str] = &["key", "auth", "salt", "pepper", "jwt", "hmac"];

/// Last words that say little if they are the whole name: one of several keys, or the working directory.
pub(super) const NOT_ALONE: &[&str] = &["key", "pwd"];

/// Parts of names, at any place, for which the value is not shown.
pub(super) const WITHIN: &[&str] = &[
    "passw",
    "passphrase",
    "secret",
    "token",
    "apikey",
    "authkey",
    "accesskey",
    "activationkey",
    "registrationkey",
    "consumerkey",
    "privatekey",
    "presharedkey",
    "credential",
    "authorization",
];

/// Those of them that rarely mean anything else: `PASSWORD_FOR_SMTP`.
pub(super) const LIKELY_WITHIN: &[&str] = &["passw", "passphrase"];

/// The first word, or the first two, of names whose value is a secret if it looks like a strong one: `TOKEN_GITHUB`. The
/// last word can also say something else about the secret, such as `TOKEN_PROVIDER`.
pub(super) const FIRST: &[&str] = &["token", "secret", "apikey", "privatekey"];

/// Plurals at the end of such names, which mean several secrets.
pub(super) const LIKELY_LAST: &[&str] = &["secrets", "tokens", "credentials", "keys", "apikeys"];

/// The last words of names whose value is a secret if it looks random.
pub(super) const IF_RANDOM: &[&str] = &["key", "cookie", "session", "signature", "seed", "pat"];

/// Last words that only say which of several is meant, as a number does: `DB_PASSWORD_OLD`.
pub(super) const WHICH: &[&str] = &[
    "old",
    "new",
    "previous",
    "prev",
    "current",
    "next",
    "first",
    "second",
    "primary",
    "secondary",
    "backup",
    "default",
    "prod",
    "production",
    "staging",
    "dev",
    "live",
    "test",
    "admin",
    "root",
    "db",
    "ro",
    "rw",
    "value",
    "raw",
    "plain",
    "clear",
    "b64",
    "base64",
    "hex",
    "v",
];

/// First words that make the value a switch, a number or a text for people: `REQUIRE_PASSWORD`, `MAX_TOKENS`,
/// `LABEL_PASSWORD`.
pub(super) const ABOUT: &[&str] = &[
    "require",
    "requires",
    "no",
    "skip",
    "show",
    "hide",
    "max",
    "min",
    "num",
    "allow",
    "enable",
    "disable",
    "use",
    "uses",
    "has",
    "is",
    "with",
    "without",
    "ignore",
    "check",
    "verify",
    "force",
    "label",
    "placeholder",
    "title",
    "prompt",
];

/// Names whose value is no secret although they contain such a word: a tag of sudoers, and the settings with which
/// systemd finds credentials.
pub(super) const NOT_NAMES: &[&str] =
    &["nopasswd", "loadcredential", "loadcredentialencrypted", "importcredential"];

/// Settings of web servers for the address of another server, which can also be the names of passwords.
pub(super) const ADDRESSES: &[&str] = &["proxypass", "fastcgipass", "uwsgipass", "scgipass", "grpcpass"];

/// First words before `PUBLIC` in the names of values that a bundler puts into web pages.
pub(super) const BUNDLERS: &[&str] = &["next", "nuxt", "expo"];

/// The ends of names whose value is a secret even if the name calls it public: `PUBLIC_DB_PASSWORD`.
pub(super) const NEVER_PUBLIC: &[&str] =
    &["password", "passwd", "passphrase", "secret", "secretkey", "privatekey"];

/// Words that are settings as values of names that begin with [`ABOUT`], beside the switches.
pub(super) const SETTINGS: &[&str] =
    &["always", "never", "auto", "strict", "ask", "prompt", "warn", "only", "any", "all"];

/// Words before `KEY` for a key that gives no access: it finds, sorts or names something.
pub(super) const NO_KEYS: &[&str] = &[
    "site",
    "cache",
    "primary",
    "foreign",
    "partition",
    "shard",
    "sort",
    "range",
    "hash",
    "index",
    "object",
    "group",
    "routing",
    "order",
    "idempotency",
    "dedup",
    "lookup",
    "label",
    "translation",
    "i18n",
    "message",
    "metric",
    "config",
    "registry",
    "hot",
    "shortcut",
    "gpg",
    "pgp",
];

/// The last words of names that say where a secret is, what it is called, how it is made or how long it is valid.
pub(super) const NOT_ENDS: &[&str] = &[
    "file",
    "files",
    "path",
    "dir",
    "directory",
    "folder",
    "url",
    "uri",
    "endpoint",
    "host",
    "port",
    "name",
    "type",
    "kind",
    "format",
    "method",
    "mode",
    "algorithm",
    "algo",
    "alg",
    "attribute",
    "attr",
    "policy",
    "prefix",
    "suffix",
    "header",
    "field",
    "length",
    "size",
    "count",
    "limit",
    "rounds",
    "cost",
    "min",
    "max",
    "age",
    "seconds",
    "minutes",
    "hours",
    "days",
    "ttl",
    "timeout",
    "expiry",
    "expires",
    "expiration",
    "lifetime",
    "interval",
    "enabled",
    "required",
    "hint",
    "hasher",
    "hashers",
    "issuer",
    "audience",
    "scope",
    "scopes",
    "version",
];
