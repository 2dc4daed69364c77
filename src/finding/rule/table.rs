//! The table. Its order is that of `firstlight explain`: the envelope first, then YAML, files, commands.

use super::Rule;
use crate::finding::{RuleCode, Severity};

macro_rules! rules {
    ($($name:ident $code:literal $severity:ident $title:literal $explanation:literal $source:literal)*) => {
        $(
            #[doc = $title]
            pub static $name: Rule = Rule {
                code: RuleCode::of_row($code),
                severity: Severity::$severity,
                title: $title,
                explanation: $explanation,
                source: $source,
            };
        )*
        /// Every row.
        pub static RULES: &[&Rule] = &[$(&$name),*];
    };
}

rules! {
    TOO_MUCH "too-much" Error "more than is read"
    "firstlight reads 16 MiB of input, unpacks 64 MiB of it, reads 2 MiB and 200000 values of YAML, and follows 16 \
     levels of nesting (64 in YAML). What lies beyond has not been looked at, so nothing is known of it. No provider takes as much; a document like \
     that is damaged, or made to stop whoever opens it."
    "limits of firstlight; the providers' limits: firstlight inspect"

    BAD_GZIP "bad-gzip" Error "damaged gzip"
    "The bytes begin as gzip does but do not unpack: cut off, changed on the way, or followed by something else. \
     cloud-init then takes the packed bytes for text, knows no header in them, and does nothing at all. Pack it \
     again, and send it as base64 if anything on the way may touch binary data."
    "cloudinit/util.py, decomp_gzip; cloudinit/user_data.py, convert_string"

    WHOLE_BASE64 "whole-base64" Note "base64 around it all"
    "Only where the provider's interface or cloud-init's datasource (EC2, Hetzner, OpenStack's API and others) \
     decodes base64 does the document arrive as it was meant. DigitalOcean, Vultr and Scaleway pass it on as it \
     is, and cloud-init ignores it. Line breaks make even cloud-init's own decoding fail."
    "cloudinit/util.py, maybe_b64decode; the providers' API documentation"

    NOT_UTF8 "not-utf8" Error "not UTF-8"
    "cloud-init reads user-data as UTF-8. One byte that is not, such as an umlaut in Latin-1, even in a comment, \
     and it drops the whole part without a word on the console. Save the file as UTF-8; binary files go into \
     write_files as base64."
    "cloudinit/handlers/__init__.py, type_from_starts_with; canonical/cloud-init issue 3011"

    BYTE_ORDER_MARK "byte-order-mark" Error "a byte order mark before the header"
    "The three bytes EF BB BF, which some editors write at the start of UTF-8, stand before the header. \
     cloud-init does not skip them, finds no header, and does nothing. Save the file as UTF-8 without BOM."
    "cloudinit/handlers/__init__.py, type_from_starts_with"

    HEADER_NOT_FIRST "header-not-first" Warning "blanks before the header"
    "cloud-init itself skips blanks and empty lines before the header, but `cloud-init schema` of older versions \
     (22.4) refuses the document, and some datasources and tools look at the first byte alone. Remove what stands before the header; \
     in Terraform, begin a heredoc on the line after <<EOF and use <<-EOF when it is indented."
    "cloudinit/config/schema.py; canonical/cloud-init issue 6114"

    SHEBANG_NOT_FIRST "shebang-not-first" Error "blanks before #!"
    "cloud-init takes it for a script and saves it as it is, blanks included. The kernel wants #! as the very \
     first bytes, so it refuses to run the file: Exec format error. Remove what stands before #!."
    "execve(2); cloudinit/handlers/shell_script.py"

    NO_HEADER "no-header" Error "no header that cloud-init knows"
    "The first line tells cloud-init what the document is: #cloud-config, #!, #include, #cloud-boothook, \
     #part-handler, #cloud-config-archive, `## template: jinja`, or a MIME message. Without one it logs \
     \"Unhandled non-multipart userdata\" and does nothing; the server comes up bare."
    "cloud-init documentation, User data formats"

    ODD_HEADER "odd-header" Warning "a header that is not spelt as usual"
    "cloud-init compares the beginning of the first line alone, and without case, so this works. `cloud-init schema` \
     of older versions (22.4) and other readers of user-data refuse it. Write the header as the documentation \
     does, on a line of its own."
    "cloudinit/config/schema.py; cloudinit/handlers/__init__.py, INCLUSION_TYPES_MAP"

    EMPTY "empty" Note "nothing in it"
    "The part holds nothing but comments or blanks. cloud-init logs \"empty cloud config\" and goes on. If it was \
     meant to hold something, look at the template or the variable it came from."
    "cloudinit/handlers/cloud_config.py"

    CRLF "crlf" Note "lines end in CR LF"
    "cloud-init turns them into LF in scripts and YAML does so in its texts, so this mostly works. It does not \
     for scripts in gzip or base64, for boot hooks whose first line alone ends in LF, or for other tools. Save \
     the file with LF."
    "cloudinit/util.py, dos2unix; YAML 1.1, Line Break Normalization"

    MIME_OPEN "mime-open" Warning "a MIME message without end"
    "The boundary that closes the message, with two dashes after it, never comes: the document was cut off, or \
     made by hand. Python's mail reader takes what is there, so the last part may be only half of what was \
     meant. Close the message, or compare it with its origin."
    "RFC 2046, section 5.1.1; Python's email.feedparser"

    MIME_NO_PARTS "mime-no-parts" Error "a MIME message without parts"
    "The message says multipart, but has no boundary, or none of its lines is that boundary. cloud-init then \
     finds no part, and does nothing. Give the Content-Type the boundary that the parts are divided by."
    "RFC 2046, section 5.1.1; Python's email.feedparser"

    MIME_BROKEN "mime-broken" Error "a part whose encoding is damaged"
    "The part says base64 or quoted-printable, but is not. Python's mail reader hands on what it can make of it, \
     mostly the encoded text as it stands, which cloud-init cannot read. Encode the part again."
    "Python's email.message, get_payload"

    MIME_NOT_ASCII "mime-not-ascii" Error "letters beyond ASCII in a plain MIME part"
    "cloud-init reads the message as text, and Python turns every letter beyond ASCII in an unencoded part into \
     something else: \u{e9} into a single byte that is no UTF-8, and longer ones into \\u2014. A cloud-config with such \
     a byte is dropped, a script not written. Encode the part as base64."
    "Python's email.message, get_payload (raw-unicode-escape); cloudinit/util.py, fully_decoded_payload"

    MIME_CHARSET "mime-charset" Warning "a charset that is not used"
    "cloud-init ignores the part's charset and reads it as UTF-8. Bytes in another charset make it drop the part. \
     Convert the part to UTF-8."
    "cloudinit/util.py, fully_decoded_payload"

    MIME_BY_ACCIDENT "mime-by-accident" Error "taken for a MIME message"
    "The words `mime-version:` stand in the first 4096 bytes, and that alone makes cloud-init read the document as \
     a mail message. Its header is then not seen, and nothing is done. Move these words further down, or encode \
     the file they stand in as base64."
    "cloudinit/user_data.py, convert_string"

    UNKNOWN_TYPE "unknown-type" Error "a part that nothing reads"
    "cloud-init has no handler for the part's content type, and its text begins with no header that it knows. It \
     logs \"Unhandled unknown content-type\" and skips the part. Give it a type such as text/cloud-config or \
     text/x-shellscript."
    "cloudinit/handlers/__init__.py, walker_callback"

    NOT_A_SCRIPT "not-a-script" Error "a script without #!"
    "The part is sent as a script but does not begin with #!. cloud-init saves it, and the kernel refuses to run \
     it: Exec format error, missing #!. Begin it with #!/bin/sh or the interpreter it is for."
    "cloudinit/subp.py; execve(2)"

    FETCHED "fetched" Note "fetched when the server boots"
    "Its content is not in this document: the server fetches it on first boot, ten tries at most, and acts on \
     whatever it gets. firstlight never fetches it, so it is not reviewed. Over plain http anybody on the way can change it. 22.4, on Debian 12, \
     does not know `source:` and writes the file without it."
    "cloud-init documentation, Include file; cloudinit/user_data.py, _do_include"

    REPLACED "replaced" Warning "replaced by a later part"
    "When several cloud-config parts give the same key, the later one replaces the earlier as a whole; lists are \
     not joined. Give the later part `merge_how: \"list(append)+dict(recurse_list)+str()\"`, or put all under one key."
    "cloud-init documentation, Merging user-data sections; cloudinit/handlers/cloud_config.py"

    NOT_ANALYSED "not-analysed" Note "not looked into"
    "cloud-init can act on this part, but what it does is known only on the server: a template has to be rendered \
     first, a part handler is a program, a JSON patch may change what a template makes. The rest of the review does not cover it."
    "cloud-init documentation, User data formats"

    BAD_PATCH "bad-patch" Error "a JSON patch that cannot be applied"
    "cloud-init applies a part of type text/cloud-config-jsonp to the cloud-config that the parts before it have made. It does so as a \
     whole or not at all: JSON that does not parse, a path at which there is nothing, or a test that fails leaves \
     everything as it was, with a warning in the server's log alone. Mind the parts' order, and that add, unlike \
     replace, makes what is not there."
    "RFC 6902; cloudinit/handlers/cloud_config.py, _merge_patch"

    BAD_TEMPLATE "bad-template" Warning "a template that does not parse"
    "The header makes cloud-init render the whole part with Jinja, the texts of files and scripts in it included. \
     What looks like Jinja but is not, such as ${#list[@]} or a Go template's {{.Name}}, is a syntax error, and the \
     whole part is ignored. Put such text between {% raw %} and {% endraw %}, or encode it as base64."
    "cloudinit/handlers/jinja_template.py; Jinja's template documentation"

    NO_TEMPLATE_HEADER "no-template-header" Warning "instance data without the template header"
    "This is how templates name instance data, but the first line is not `## template: jinja`, so cloud-init \
     renders nothing and the braces are used as they stand. Put `## template: jinja` on the first line, the old \
     header on the second."
    "cloud-init documentation, Instance-data, Using instance-data"

    NOT_FILLED_IN "not-filled-in" Warning "a variable that nothing has filled in"
    "What stands here is a variable of the template that the document is made from, such as ${script} in Terraform's \
     templatefile. cloud-init takes it as it stands, which is no base64, no script and no YAML. If this is the \
     template, render it first and look at what comes out; if not, the variable was forgotten."
    "Terraform documentation, templatefile; cloud-init documentation, User data formats"

    BAD_YAML "bad-yaml" Error "not YAML as cloud-init reads it"
    "cloud-init drops the whole part when its YAML does not parse: no file is written, no command runs, no user is \
     made, and the only trace is a warning in /var/log/cloud-init.log. Mend the line; `cloud-init schema -c FILE` \
     on any server says the same."
    "cloudinit/util.py, load_yaml"

    NOT_A_MAPPING "not-a-mapping" Error "not a mapping at the top"
    "A cloud-config is a mapping: lines of the form `key: value`. This one is a list or a single text, so \
     cloud-init drops the part. A blank missing after a colon is the usual cause."
    "cloudinit/util.py, load_yaml"

    DUPLICATE "duplicate" Warning "a key given twice"
    "YAML as cloud-init reads it lets the last of two equal keys win and forgets the first without a word: with \
     two `runcmd:` only the second list runs. Join them under one key."
    "PyYAML's construct_mapping; YAML 1.1, section 3.2.1.3"

    MISSPELT "misspelt" Error "a misspelt key"
    "Nothing in cloud-init reads this key, and one that it does read is nearly the same. Versions before 23.4 \
     ignore it in silence, later ones report an error in `cloud-init status`. What stands below it does not happen."
    "cloud-init documentation, Module reference"

    UNKNOWN_KEY "unknown-key" Warning "a key that nothing reads"
    "No module of cloud-init reads this key. It may belong to another tool, or to a part handler; if so it is \
     harmless, though `cloud-init schema` from 23.4 on calls the document invalid."
    "cloud-init documentation, Module reference"

    DEPRECATED "deprecated" Warning "a key on its way out"
    "cloud-init still reads it, but reports a deprecation, which makes `cloud-init status` say degraded from 23.4 \
     on, and will drop it in a later version. Use the key named instead; versions in the field know both."
    "cloud-init's schema, deprecated_version"

    WRONG_TYPE "wrong-type" Error "a value of the wrong kind"
    "The module wants another kind of value here. Most modules stop with an error when they meet it, and what \
     they had still to do is left undone; `cloud-init schema` calls the document invalid."
    "cloud-init's schema; the modules' sources"

    BAD_SETTING "bad-setting" Error "a value that its module cannot use"
    "There is no such time zone, locale, size or power state, or no server can have such a name. The module stops with an \
     error, or passes over the value with a warning in /var/log/cloud-init.log alone, and the server keeps what its \
     image has. Write a value of the form that the message shows, such as Europe/Berlin, de_DE.UTF-8, 2G or reboot."
    "cloudinit/config/cc_timezone.py, cc_locale.py, cc_mounts.py; hostname(5); IANA time zone database"

    BAD_SSH_KEY "bad-ssh-key" Error "no SSH public key"
    "cloud-init writes the line into authorized_keys whatever it is, and sshd passes over one that is not a key, so nobody \
     gets in with it. A key is one line: its type, what belongs to it in base64, and a name, as the file \
     ~/.ssh/id_ed25519.pub has it. Options may stand before the type. A path or the name of a key is no key."
    "sshd(8), AUTHORIZED_KEYS FILE FORMAT; cloudinit/ssh_util.py, AuthKeyLineParser"

    YAML_SURPRISE "yaml-surprise" Warning "a word that YAML 1.1 takes for something else"
    "cloud-init reads YAML 1.1: yes, no, on and off are true or false, 022 is octal eighteen, 1:30 is ninety, \
     1_000 is a thousand, 2024-01-01 is a date. A command gets True instead of yes, a list of packages a number. \
     Put the word in quotes."
    "YAML 1.1 types (bool, int, float, timestamp); PyYAML's resolver"

    MODE_UNQUOTED "mode-unquoted" Warning "a mode without quotes"
    "YAML 1.1 reads a number that begins with 0 as octal, so it comes out right here; but `cloud-init schema` calls \
     it invalid, and a tool that reads YAML 1.2 or writes the document anew makes 644 of 0644, which is another mode. \
     Write it in quotes."
    "cloudinit/config/cc_write_files.py, decode_perms; cloud-init's schema"

    BAD_MODE "bad-mode" Error "a mode that is not meant"
    "Without a leading 0 the number is decimal: 644 becomes the mode 1204, in which its owner may write but not read, \
     its group nothing, and all others read. A text that is not octal, such as \"999\" or \"rw-r--r--\", is ignored, \
     and the file gets 0644, readable to all. Write four octal digits in quotes."
    "cloudinit/config/cc_write_files.py, decode_perms"

    BAD_CONTENT "bad-content" Error "a file whose content does not decode"
    "The content is not what `encoding` says. cloud-init stops the whole module there: this file and all after it \
     are not written, in the first stage or, with `defer`, in the last. Encode it again."
    "cloudinit/config/cc_write_files.py, extract_contents"

    BAD_ENCODING "bad-encoding" Error "an unknown encoding"
    "cloud-init knows gz, gzip, b64, base64 and both together, as in gz+b64; any other word is a warning in its log, \
     and the content is written as it stands, still encoded. Use one of these."
    "cloudinit/config/cc_write_files.py, canonicalize_extraction"

    OWNER_TOO_EARLY "owner-too-early" Error "an owner who does not exist yet"
    "write_files runs before users are made. Giving the file to a user of this document, or to the image's default \
     user, fails, and stops the module: the files after it are not written. Add `defer: true` (from 21.4 on): the \
     file is then written in the last stage."
    "cloud-init documentation, Write files, defer; config/cloud.cfg.tmpl"

    OWNER_UNKNOWN "owner-unknown" Warning "an owner who may not exist"
    "Neither a base system nor this document has that user when the file is written. If it comes with a package, \
     add `defer: true`: packages are installed before deferred files are written. Else the module stops here and \
     leaves the files after it unwritten."
    "cloudinit/util.py, chownbyname; config/cloud.cfg.tmpl"

    TMP_FILE "tmp-file" Warning "a file in a folder that is emptied at boot"
    "While cloud-init writes files, systemd may still be emptying /tmp, or mount a fresh one over it: the file may be \
     gone before anything reads it. Write it below /root, /opt or /var/lib."
    "cloud-init documentation, Write files; systemd's tmp.mount and systemd-tmpfiles-setup.service"

    RELATIVE_PATH "relative-path" Warning "a path that is not absolute"
    "cloud-init takes it from its own working folder, which is / under systemd, but nobody promises that. `~` is \
     not a home folder here, but a folder of that name. Begin the path with /."
    "cloudinit/config/cc_write_files.py, os.path.abspath"

    SCRIPT_CRLF "script-crlf" Error "a script whose first line ends in CR"
    "The kernel takes the CR for a part of the interpreter's name: `/bin/sh\\r: no such file`. cloud-init mends that \
     in scripts of its own, not in files it writes. Save the script with LF and encode it again."
    "execve(2); cloudinit/util.py, dos2unix"

    SECRET "secret" Error "a secret in clear"
    "User-data is no place for a secret: every process on the server can ask the metadata service for it, it stays \
     in /var/lib/cloud and in the provider's console, and often in Terraform's state. Revoke it if the document has \
     been shared; keep it in a secret store or in a file on the server that only root reads."
    "cloud-init documentation, Security policy; the providers' notes on user-data"

    NAMED_SECRET "named-secret" Warning "a secret, by its name"
    "A file, script or command sets a name such as DB_PASSWORD to a value that stands in the document. User-data is no \
     place for a secret: every process on the server can ask the metadata service for it, and it stays in \
     /var/lib/cloud and in the provider's console. Let the server make it at first boot, or fetch it from a store."
    "cloud-init documentation, Security policy; the providers' notes on user-data"

    PLACED_SECRET "placed-secret" Warning "a secret, by its place"
    "A password stands in a URL, a secret in a URL's query or among a command's arguments. User-data is no place for a \
     secret: every process on the server can ask the metadata service for it, and it stays in /var/lib/cloud and in the \
     provider's console. Let the server put it in at first boot, from a file that only root reads or from a store."
    "RFC 3986, section 3.2.1; cloud-init documentation, Security policy"

    HOST_KEY "host-key" Warning "a private host key"
    "Whoever can read the user-data can pretend to be this server: every process on it can ask the metadata service \
     for it. Leave `ssh_keys` out and let the server make its own keys, which are printed on the console."
    "cloud-init documentation, SSH"

    CLEAR_PASSWORD "clear-password" Warning "a password in clear"
    "Anybody who can read the user-data, on the server or in the provider's console, can read this password. Give \
     SSH keys instead, or `hashed_passwd` made by `mkpasswd -m sha-512`; a random password (type: RANDOM) is \
     printed on the console."
    "cloud-init documentation, Set passwords, Users and groups"

    PIPE_TO_SHELL "pipe-to-shell" Warning "a download that runs at once"
    "Whatever the address answers runs as root: a changed file, an error page, half a script when the connection \
     breaks. Nobody can see later what ran. Fetch it to a file, compare its sha256 with one written here, then run \
     it; or install a package."
    "curl(1), --fail; common practice"

    IGNORES_FAILURES "ignores-failures" Note "failures are passed over"
    "Commands run one after the other, whether the one before worked or not, and cloud-init sees the last exit code \
     alone: a server that is half set up counts as done. Make `set -e` the first entry of runcmd or the second line \
     of the script, or join what depends on each other with &&."
    "cloudinit/util.py, shellify; cloudinit/config/cc_scripts_user.py"

    LOST_ON_REBOOT "lost-on-reboot" Note "not there after a reboot"
    "Scripts and runcmd run once an instance, and what this changes lives in the kernel or in a process: after a \
     reboot it is gone, and nothing does it again. Use what keeps it: `systemctl enable --now`, mounts:, \
     swap:, a file in /etc/sysctl.d, a unit of its own."
    "cloud-init documentation, Module frequency; cloudinit/settings.py, PER_INSTANCE"

    REBOOTS "reboots" Warning "a reboot in the middle"
    "The machine goes down while cloud-init is still at work: later commands, scripts and the final stage do not \
     run, and since each counts as done for this instance, they do not run after the reboot either. Use \
     `power_state: {mode: reboot}`, which waits for the end."
    "cloud-init documentation, Power state change; canonical/cloud-init issues 3284 and 5699"

    TOO_LARGE "too-large" Error "larger than the provider takes"
    "The provider refuses the document or, worse, cuts it off. Comments and indentation cost bytes too; gzip makes \
     a third of most documents where the provider takes binary data, and `#include` fetches the rest."
    "the providers' API documentation"

    NOT_EVERYWHERE "not-everywhere" Note "too large for some providers"
    "The document is larger than some providers take, and they refuse it or cut it off. Say which one it is for \
     (`--provider NAME`), and that one alone counts."
    "the providers' API documentation"
}
