//! What stands below the options in the help of each command. A test runs every line that begins with `firstlight`.

pub(super) const PROGRAM: &str = "\
Examples:
  firstlight render --profile app --domain www.example.com --set image=traefik/whoami --set port=80
  firstlight lint user-data

Every option can come from an environment variable, such as FIRSTLIGHT_DOMAIN for --domain.

Exit codes:
  0  done; for `diff` and `check`: no difference
  1  failed; for `diff` and `check`: there are differences
  2  the input or the command line is wrong; for `diff` and `check`: any failure";

pub(super) const RENDER: &str = "\
Examples:
  firstlight render --profile app --domain www.example.com --set image=traefik/whoami --set port=80
  firstlight render firstlight.yaml --provider hetzner --output user-data";

pub(super) const INIT: &str = "\
In a terminal, `firstlight init` asks for everything that no option says.

Examples:
  firstlight init --yes --force --domain www.example.com --image traefik/whoami
  firstlight init --yes --force --domain infrakt.example.com --profile infrakt --provider hetzner";

pub(super) const INSPECT: &str = "\
Examples:
  firstlight inspect user-data
  firstlight inspect user-data --extract taken-apart";

pub(super) const LINT: &str = "\
Examples:
  firstlight lint user-data --provider digitalocean
  firstlight lint user-data --strict --format sarif --output findings.sarif";

pub(super) const DIFF: &str = "\
Examples:
  firstlight diff old.user-data user-data --provider hetzner
  firstlight diff user-data firstlight.yaml --format markdown";

pub(super) const CHECK: &str = "\
Examples:
  firstlight check --update firstlight.yaml
  firstlight check --format github";

pub(super) const EXPLAIN: &str = "\
Examples:
  firstlight explain bad-mode
  firstlight explain user-data --format svg --output boot.svg";

pub(super) const PROVIDERS: &str = "\
Examples:
  firstlight providers
  firstlight providers aws --format json";

pub(super) const PROFILES: &str = "\
Examples:
  firstlight profiles
  firstlight profiles app";

pub(super) const PROGRAM_ARCHIVE: &str = "\
Examples:
  firstlight program --output runtime.tar.bz2
  firstlight render firstlight.yaml --provider aws --set program=https://files.example.com/runtime.tar.bz2";

pub(super) const SECRET: &str = "\
Examples:
  firstlight secret
  firstlight secret >webhook-secret";

pub(super) const SCHEMA: &str = "\
Examples:
  firstlight schema --output firstlight.schema.json
  firstlight schema hosts";

pub(super) const COMPLETIONS: &str = "\
Examples:
  firstlight completions bash >firstlight.bash
  firstlight completions fish >firstlight.fish";

pub(super) const MAN: &str = "\
Examples:
  firstlight man manual
  firstlight man /tmp/manual";
