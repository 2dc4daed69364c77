//! Words in names: which tell a secret, and which tell that it is none.

/// Ends of such names, without what divides the words.
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
    "mnemonic",
];

/// Last words of such names, where the letters may end another word.
pub(super) const LAST: &[&str] = &["pass", "pwd", "pw", "psk"];

/// Ends by which a value is one if it could be one: `DBPASS`, and a key of Chef's that is called a certificate.
pub(super) const GLUED: &[&str] = &["pass", "pwd", "pw", "validationcert"];

/// Words with such an end that have nothing to do with a password.
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

/// Last words by which a value is one if it could be one; the words of [`NO_KEYS`] before them say what else it is.
pub(super) const IF_PLAUSIBLE: &[&str] = &["key", "auth", "salt", "pepper", "jwt", "hmac"];

/// Last words that alone name much else: one of several keys, the working directory.
pub(super) const NOT_ALONE: &[&str] = &["key", "pwd"];

/// Words anywhere in a name for which its value is not shown.
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

/// Those of them that name little else: `PASSWORD_FOR_SMTP`.
pub(super) const LIKELY_WITHIN: &[&str] = &["passw", "passphrase"];

/// Plurals that name nothing but several of them.
pub(super) const LIKELY_LAST: &[&str] = &["secrets", "tokens", "credentials", "keys"];

/// Last words by which a random value is a secret.
pub(super) const IF_RANDOM: &[&str] = &["key", "cookie", "session", "signature", "seed", "pat"];

/// Last words that say which one of several it is: `DB_PASSWORD_OLD`, as a number does.
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

/// First words that make it a question about a secret, or a number of them: `REQUIRE_PASSWORD`, `MAX_TOKENS`.
pub(super) const ABOUT: &[&str] = &[
    "require", "requires", "no", "skip", "show", "hide", "max", "min", "num", "allow", "enable", "disable",
    "use", "uses", "has", "is", "with", "without", "ignore", "check", "verify", "force",
];

/// Names with such a word whose value is none: a tag in sudoers, and where systemd finds a credential.
pub(super) const NOT_NAMES: &[&str] =
    &["nopasswd", "loadcredential", "loadcredentialencrypted", "importcredential"];

/// Words for what everyone may see.
pub(super) const PUBLIC: &[&str] = &["public", "publishable"];

/// Words before `KEY` by which it opens nothing: it finds, sorts or names something.
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
];

/// Ends of names that say where a secret lies, what it is called, how it is made or how long it lasts.
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
    "alg",
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
    "issuer",
    "audience",
    "scope",
    "scopes",
    "version",
];
