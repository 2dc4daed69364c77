//! The rules of reviews, in the order in which `firstlight explain` lists them: the envelope first, then YAML, files
//! and commands.

use super::Rule;
use crate::finding::{RuleCode, Severity};

macro_rules! rules {
    ($($name:ident $code:literal $severity:ident $title:literal $explanation:literal $source:literal)*) => {
        $(
            #[doc = concat!("The rule `", $code, "`: ", $title, ".")]
            pub(crate) static $name: Rule = Rule {
                code: RuleCode::of_row($code),
                severity: Severity::$severity,
                title: $title,
                explanation: $explanation,
                source: $source,
            };
        )*
        /// All rules, in the order of the table.
        pub static RULES: &[&Rule] = &[$(&$name),*];
    };
}

rules! {
    TOO_MUCH "too-much" Error "more than firstlight reads"
    "firstlight reads 16 MiB of input, decompresses at most 64 MiB, reads 2 MiB and 200000 values of YAML, and follows \
     16 levels of nesting (64 in YAML). It has not checked what is beyond these limits. No provider accepts that \
     much; such a document is damaged, or was made to overload the program that reads it."
    "limits of firstlight; the providers' limits: firstlight inspect"

    BAD_GZIP "bad-gzip" Error "damaged gzip"
    "The bytes begin like gzip but cannot be decompressed: they were truncated or changed, or other data follows them. \
     cloud-init then reads the compressed bytes as text, finds no header in them, and does nothing. Compress the \
     document again, and send it as base64 if binary data may be changed on the way."
    "cloudinit/util.py, decomp_gzip; cloudinit/user_data.py, convert_string"

    WHOLE_BASE64 "whole-base64" Note "the whole document is base64"
    "The document only works if the provider's interface or cloud-init's datasource decodes base64 (EC2, Hetzner, \
     OpenStack's API and others). DigitalOcean, Vultr and Scaleway do not decode it, and cloud-init ignores it. With \
     line breaks in it, even cloud-init's own decoding fails."
    "cloudinit/util.py, maybe_b64decode; the providers' API documentation"

    NOT_UTF8 "not-utf8" Error "not UTF-8"
    "cloud-init reads user-data as UTF-8. A single byte that is not valid UTF-8, such as an umlaut in Latin-1, even in a \
     comment, makes it drop the whole part without a message on the console. Save the file as UTF-8, and put binary \
     files into write_files as base64."
    "cloudinit/handlers/__init__.py, type_from_starts_with; canonical/cloud-init issue 3011"

    BYTE_ORDER_MARK "byte-order-mark" Error "a byte order mark before the header"
    "The three bytes EF BB BF, which some editors write at the start of a UTF-8 file, are before the header. cloud-init \
     does not skip them, finds no header, and does nothing. Save the file as UTF-8 without BOM."
    "cloudinit/handlers/__init__.py, type_from_starts_with"

    HEADER_NOT_FIRST "header-not-first" Warning "white space before the header"
    "cloud-init itself skips spaces and empty lines before the header, but `cloud-init schema` of older versions (22.4) \
     refuses the document, and some datasources and tools only look at the first byte. Remove everything before the \
     header; in Terraform, begin a heredoc on the line after <<EOF, and use <<-EOF if it is indented."
    "cloudinit/config/schema.py; canonical/cloud-init issue 6114"

    SHEBANG_NOT_FIRST "shebang-not-first" Error "white space before #!"
    "cloud-init recognises the script and saves it unchanged, with the white space. The kernel requires #! as the first \
     two bytes, so it refuses to run the file: Exec format error. Remove everything before #!."
    "execve(2); cloudinit/handlers/shell_script.py"

    NO_HEADER "no-header" Error "no header that cloud-init knows"
    "The first line tells cloud-init the type of the document: #cloud-config, #!, #include, #cloud-boothook, \
     #part-handler, #cloud-config-archive, `## template: jinja`, or a MIME message. Without such a line, cloud-init \
     logs \"Unhandled non-multipart userdata\" and does nothing; the server starts without any setup."
    "cloud-init documentation, User data formats"

    ODD_HEADER "odd-header" Warning "a header with an unusual spelling"
    "cloud-init only compares the beginning of the first line and ignores case, so this works. `cloud-init schema` of \
     older versions (22.4) and other programs that read user-data refuse it. Write the header as the documentation \
     does, on a separate line."
    "cloudinit/config/schema.py; cloudinit/handlers/__init__.py, INCLUSION_TYPES_MAP"

    EMPTY "empty" Note "an empty part"
    "The part contains only comments or white space. cloud-init logs \"empty cloud config\" and continues. If the part \
     should contain something, check the template or the variable that it comes from."
    "cloudinit/handlers/cloud_config.py"

    CRLF "crlf" Note "lines end in CR LF"
    "cloud-init converts CR LF to LF in scripts, and YAML does so in its texts, so this usually works. It does not work \
     for scripts in gzip or base64, for boot hooks in which only the first line ends in LF, or for other tools. Save \
     the file with LF line endings."
    "cloudinit/util.py, dos2unix; YAML 1.1, Line Break Normalization"

    MIME_OPEN "mime-open" Warning "a MIME message without an end"
    "The boundary that closes the message, with two dashes after it, is missing: the document was truncated or written \
     by hand. Python's mail parser accepts the message, so the last part may be incomplete. Add the closing boundary, \
     or compare the message with its original."
    "RFC 2046, section 5.1.1; Python's email.feedparser"

    MIME_NO_PARTS "mime-no-parts" Error "a MIME message without parts"
    "The message has the type multipart, but it names no boundary, or no line in it is that boundary. cloud-init then \
     finds no part and does nothing. Write the boundary that separates the parts into the Content-Type header."
    "RFC 2046, section 5.1.1; Python's email.feedparser"

    MIME_BROKEN "mime-broken" Error "a part whose encoding is damaged"
    "The header of the part says base64 or quoted-printable, but its content is not valid. Python's mail parser then \
     returns what it can decode, usually the encoded text itself, which cloud-init cannot read. Encode the part again."
    "Python's email.message, get_payload"

    MIME_NOT_ASCII "mime-not-ascii" Error "non-ASCII characters in an unencoded MIME part"
    "cloud-init reads the message as text, and Python replaces every non-ASCII character in an unencoded part: \u{e9} \
     becomes a single byte that is not valid UTF-8, and others become texts such as \\u2014. cloud-init drops a \
     cloud-config with such a byte, and does not write such a script. Encode the part as base64."
    "Python's email.message, get_payload (raw-unicode-escape); cloudinit/util.py, fully_decoded_payload"

    MIME_CHARSET "mime-charset" Warning "a charset that is ignored"
    "cloud-init ignores the charset of a part and reads the part as UTF-8. If it contains bytes in another charset, \
     cloud-init drops it. Convert the part to UTF-8."
    "cloudinit/util.py, fully_decoded_payload"

    MIME_BY_ACCIDENT "mime-by-accident" Error "read as a MIME message by mistake"
    "The first 4096 bytes contain the words `mime-version:`, which is enough for cloud-init to read the document as a \
     mail message. It then does not see the document's header and does nothing. Move these words further down, or \
     encode the file that contains them as base64."
    "cloudinit/user_data.py, convert_string"

    UNKNOWN_TYPE "unknown-type" Error "a part that cloud-init does not read"
    "cloud-init has no handler for the content type of the part, and the text does not begin with a header that it \
     knows. It logs \"Unhandled unknown content-type\" and skips the part. Use a type such as text/cloud-config or \
     text/x-shellscript."
    "cloudinit/handlers/__init__.py, walker_callback"

    NOT_A_SCRIPT "not-a-script" Error "a script without #!"
    "The part has the type of a script but does not begin with #!. cloud-init saves it, and the kernel refuses to run \
     it: Exec format error, missing #!. Begin it with #! and the path of its interpreter, such as #!/bin/sh."
    "cloudinit/subp.py; execve(2)"

    FETCHED "fetched" Note "fetched when the server boots"
    "The content is not in this document: the server downloads it on first boot, with at most ten tries, and uses \
     whatever it receives. firstlight does not download it, so the content is not reviewed. Over plain HTTP, an \
     attacker in the network can change it. cloud-init 22.4 (Debian 12) does not know `source:` and writes the file \
     without this content."
    "cloud-init documentation, Include file; cloudinit/user_data.py, _do_include"

    REPLACED "replaced" Warning "replaced by a later part"
    "If several cloud-config parts have the same key, the later one replaces the earlier one completely; lists are not \
     joined. Add `merge_how: \"list(append)+dict(recurse_list)+str()\"` to the later part, or put everything under \
     one key."
    "cloud-init documentation, Merging user-data sections; cloudinit/handlers/cloud_config.py"

    NOT_ANALYSED "not-analysed" Note "not reviewed"
    "cloud-init can process this part, but the effect is only known on the server: a template has to be rendered first, \
     a part handler is a program, and a JSON patch may change the result of a template. The review does not cover \
     this part."
    "cloud-init documentation, User data formats"

    BAD_PATCH "bad-patch" Error "a JSON patch that cannot be applied"
    "cloud-init applies a part of type text/cloud-config-jsonp to the cloud-config of the parts before it, either \
     completely or not at all. If the JSON does not parse, a path does not exist, or a test fails, nothing is \
     changed, and only the server's log has a warning. Check the order of the parts. Note that `add` creates a \
     missing key, and `replace` does not."
    "RFC 6902; cloudinit/handlers/cloud_config.py, _merge_patch"

    BAD_TEMPLATE "bad-template" Warning "a template that does not parse"
    "The header makes cloud-init render the whole part with Jinja, including the content of files and scripts in it. \
     Text that looks like Jinja but is not, such as ${#list[@]} or a Go template's {{.Name}}, is a syntax error, and \
     cloud-init then ignores the whole part. Put such text between {% raw %} and {% endraw %}, or encode it as base64."
    "cloudinit/handlers/jinja_template.py; Jinja's template documentation"

    NO_TEMPLATE_HEADER "no-template-header" Warning "instance data without the template header"
    "This is how a template refers to instance data, but the first line is not `## template: jinja`, so cloud-init does \
     not render the part and uses the braces literally. Put `## template: jinja` on the first line and the current \
     header on the second."
    "cloud-init documentation, Instance-data, Using instance-data"

    NOT_FILLED_IN "not-filled-in" Warning "a template variable that was not replaced"
    "This is a variable of the template that the document is made from, such as ${script} in Terraform's templatefile. \
     cloud-init uses the text literally, and it is not valid base64, YAML or a script. If this file is the template, \
     render it first and check the result; otherwise the variable was forgotten."
    "Terraform documentation, templatefile; cloud-init documentation, User data formats"

    BAD_YAML "bad-yaml" Error "not valid YAML for cloud-init"
    "cloud-init drops the whole part if its YAML does not parse: it writes no file, runs no command and creates no user, \
     and the only message is a warning in /var/log/cloud-init.log. Correct the line; `cloud-init schema -c FILE` on \
     any server reports the same error."
    "cloudinit/util.py, load_yaml"

    NOT_A_MAPPING "not-a-mapping" Error "not a mapping at the top level"
    "A cloud-config is a mapping: lines of the form `key: value`. This one is a list or a single text, so cloud-init \
     drops the part. The usual cause is a missing space after a colon."
    "cloudinit/util.py, load_yaml"

    DUPLICATE "duplicate" Warning "a key given twice"
    "If a key is given twice, cloud-init uses the last one and ignores the first without a message: with two `runcmd:` \
     only the second list runs. Join them under one key."
    "PyYAML's construct_mapping; YAML 1.1, section 3.2.1.3"

    MISSPELT "misspelt" Error "a misspelt key"
    "cloud-init does not know this key, but it knows one with almost the same spelling. Versions before 23.4 ignore the \
     key without a message, later ones report an error in `cloud-init status`. The values below the key have no \
     effect."
    "cloud-init documentation, Module reference"

    UNKNOWN_KEY "unknown-key" Warning "an unknown key"
    "No module of cloud-init reads this key. It may belong to another tool or to a part handler; then it is harmless, \
     although `cloud-init schema` from version 23.4 on reports the document as invalid."
    "cloud-init documentation, Module reference"

    DEPRECATED "deprecated" Warning "a deprecated key"
    "cloud-init still reads this key but reports it as deprecated; from version 23.4 on, `cloud-init status` then says \
     degraded. A later version will remove the key. Use the key that the message names; the versions that are in use \
     know both."
    "cloud-init's schema, deprecated_version"

    WRONG_TYPE "wrong-type" Error "a value of the wrong type"
    "The module expects another type of value here. Most modules stop with an error when they read it and skip the rest \
     of their work; `cloud-init schema` reports the document as invalid."
    "cloud-init's schema; the modules' sources"

    BAD_SETTING "bad-setting" Error "a value that its module cannot use"
    "There is no such time zone, locale, size or power state, or the host name is not valid. The module stops with an \
     error, or it ignores the value and only logs a warning in /var/log/cloud-init.log; the server keeps the setting \
     of its image. Write a value in the form that the message shows, such as Europe/Berlin, de_DE.UTF-8, 2G or reboot."
    "cloudinit/config/cc_timezone.py, cc_locale.py, cc_mounts.py; hostname(5); IANA time zone database"

    BAD_SSH_KEY "bad-ssh-key" Error "not an SSH public key"
    "cloud-init writes the line into authorized_keys without checking it, and sshd ignores a line that is not a key, so \
     nobody can log in with it. A key is one line: its type, the key in base64, and a name, as in the file \
     ~/.ssh/id_ed25519.pub. Options may come before the type. A path or the name of a key is not a key."
    "sshd(8), AUTHORIZED_KEYS FILE FORMAT; cloudinit/ssh_util.py, AuthKeyLineParser"

    YAML_SURPRISE "yaml-surprise" Warning "a word that YAML 1.1 reads as another type"
    "cloud-init reads YAML 1.1: yes, no, on and off are true or false, 022 is the octal number eighteen, 1:30 is ninety, \
     1_000 is a thousand, 2024-01-01 is a date. A command then gets True instead of yes, and a list of packages gets \
     a number. Put the word in quotes."
    "YAML 1.1 types (bool, int, float, timestamp); PyYAML's resolver"

    NO_MODULES "no-modules" Warning "a list of modules without entries"
    "The list takes the place of the image's own list, so cloud-init runs no module of this stage: without the modules of \
     the final stage, for example, neither packages are installed nor runcmd and scripts run. Leave the key out, and \
     write only keys whose modules you need."
    "cloud-init documentation, Boot stages; config/cloud.cfg.tmpl"

    FILE_TWICE "file-twice" Warning "a file that is written twice"
    "cloud-init writes the files in their order, and a later one with the same path replaces the content, the mode and \
     the owner of the first. Remove one of them; if the content belongs to one file, add `append: true` to the later \
     entry."
    "cloudinit/config/cc_write_files.py, write_files"

    MODE_UNQUOTED "mode-unquoted" Warning "a mode without quotes"
    "YAML 1.1 reads a number that begins with 0 as octal, so this mode is correct. But `cloud-init schema` reports it as \
     invalid, and a tool that reads YAML 1.2 or rewrites the document changes 0644 to 644, which is another mode. \
     Write the mode in quotes."
    "cloudinit/config/cc_write_files.py, decode_perms; cloud-init's schema"

    BAD_MODE "bad-mode" Error "a wrong file mode"
    "Without a leading 0 the number is decimal: 644 becomes the mode 1204, with which the owner can write but not read, \
     the group has no access, and all others can read. A text that is not octal, such as \"999\" or \"rw-r--r--\", is \
     ignored, and the file gets the mode 0644, which everybody can read. Write four octal digits in quotes."
    "cloudinit/config/cc_write_files.py, decode_perms"

    BAD_CONTENT "bad-content" Error "a file whose content does not decode"
    "The content is not in the encoding that `encoding` names. cloud-init stops the whole module there: it does not \
     write this file and the files after it, in the first stage or, with `defer`, in the last. Encode the content \
     again."
    "cloudinit/config/cc_write_files.py, extract_contents"

    BAD_ENCODING "bad-encoding" Error "an unknown encoding"
    "cloud-init knows gz, gzip, b64, base64 and both together, as in gz+b64. For any other word it logs a warning and \
     writes the content without decoding it. Use one of these."
    "cloudinit/config/cc_write_files.py, canonicalize_extraction"

    OWNER_TOO_EARLY "owner-too-early" Error "an owner who does not exist yet"
    "write_files runs before cloud-init creates users. If the owner is a user of this document or the image's default \
     user, the module fails and stops: the files after it are not written. Add `defer: true` (from version 21.4 on): \
     the file is then written in the last stage."
    "cloud-init documentation, Write files, defer; config/cloud.cfg.tmpl"

    OWNER_UNKNOWN "owner-unknown" Warning "an owner who may not exist"
    "Neither a base system nor this document has this user when the file is written. If a package creates the user, add \
     `defer: true`: packages are installed before deferred files are written. Otherwise the module stops here and \
     does not write the files after it."
    "cloudinit/util.py, chownbyname; config/cloud.cfg.tmpl"

    TMP_FILE "tmp-file" Warning "a file in a folder that is emptied at boot"
    "While cloud-init writes files, systemd may still be cleaning up /tmp, or may mount a new file system over it. The \
     file may be gone before anything reads it. Write it below /root, /opt or /var/lib."
    "cloud-init documentation, Write files; systemd's tmp.mount and systemd-tmpfiles-setup.service"

    RELATIVE_PATH "relative-path" Warning "a path that is not absolute"
    "cloud-init resolves the path from its own working directory, which is / under systemd, but that is not guaranteed. \
     `~` is not a home directory here, but a directory with that name. Begin the path with /."
    "cloudinit/config/cc_write_files.py, os.path.abspath"

    SCRIPT_CRLF "script-crlf" Error "a script whose first line ends in CR"
    "The kernel reads the CR as a part of the interpreter's name: `/bin/sh\\r: no such file`. cloud-init corrects this \
     in user scripts, but not in files that it writes. Save the script with LF line endings and encode it again."
    "execve(2); cloudinit/util.py, dos2unix"

    SECRET "secret" Error "a secret in plain text"
    "User-data must not contain a secret: every process on the server can read user-data from the metadata service, and \
     it stays in /var/lib/cloud, in the provider's console, and often in Terraform's state. Revoke the secret if the \
     document has been shared; keep it in a secret store or in a file on the server that only root can read."
    "cloud-init documentation, Security policy; the providers' notes on user-data"

    NAMED_SECRET "named-secret" Warning "a value whose name suggests a secret"
    "A file, script or command sets a name such as DB_PASSWORD to a value in the document. User-data must not contain a \
     secret: every process on the server can read user-data from the metadata service, and it stays in /var/lib/cloud \
     and in the provider's console. Let the server generate the secret on first boot, or fetch it from a secret store."
    "cloud-init documentation, Security policy; the providers' notes on user-data"

    PLACED_SECRET "placed-secret" Warning "a secret in a URL or a command"
    "A URL contains a password or a secret query parameter, or a command has a secret as an argument. User-data must not \
     contain a secret: every process on the server can read user-data from the metadata service, and it stays in \
     /var/lib/cloud and in the provider's console. Let the server insert the secret on first boot, from a file that \
     only root can read or from a secret store."
    "RFC 3986, section 3.2.1; cloud-init documentation, Security policy"

    SECRET_FILE "secret-file" Warning "the content of a file for a secret"
    "The path of the file says that its content is a secret: firstlight expects secrets in /etc/firstlight and puts \
     embedded ones into /root/.firstlight, and systemd expects credentials in /etc/credstore. The mode of the file \
     does not protect it, because every process on the server can read user-data from the metadata service. Copy the \
     file to the server instead, or write a reference to a secret store."
    "systemd.exec(5), LoadCredential=; cloud-init documentation, Security policy"

    HOST_KEY "host-key" Warning "a private host key"
    "Everybody who can read the user-data can pretend to be this server, and every process on the server can read it \
     from the metadata service. Leave out `ssh_keys` and let the server generate its own keys, which cloud-init \
     prints on the console."
    "cloud-init documentation, SSH"

    CLEAR_PASSWORD "clear-password" Warning "a password in plain text"
    "Everybody who can read the user-data, on the server or in the provider's console, can read this password. Use SSH \
     keys instead, or `hashed_passwd` with the output of `mkpasswd -m sha-512`; cloud-init prints a random password \
     (type: RANDOM) on the console."
    "cloud-init documentation, Set passwords, Users and groups"

    PIPE_TO_SHELL "pipe-to-shell" Warning "a download that is run immediately"
    "Whatever the address returns runs as root: a changed file, an error page, or half of a script if the connection \
     breaks. Nobody can see later what ran. Download it to a file, compare its sha256 with one written in the \
     document, and then run it; or install a package."
    "curl(1), --fail; common practice"

    IGNORES_FAILURES "ignores-failures" Note "failures are ignored"
    "The commands run one after the other, even if one of them fails, and cloud-init only sees the last exit code: a \
     server that is only partly set up counts as done. Make `set -e` the first entry of runcmd or the second line of \
     the script, or join commands that depend on each other with &&."
    "cloudinit/util.py, shellify; cloudinit/config/cc_scripts_user.py"

    LOST_ON_REBOOT "lost-on-reboot" Note "lost on reboot"
    "Scripts and runcmd run once per instance, and this command only changes the kernel's state or a running process. \
     After a reboot the change is lost, and nothing repeats it. Use something persistent: `systemctl enable --now`, \
     mounts:, swap:, a file in /etc/sysctl.d, or a systemd unit."
    "cloud-init documentation, Module frequency; cloudinit/settings.py, PER_INSTANCE"

    REBOOTS "reboots" Warning "a reboot while cloud-init is running"
    "The machine goes down while cloud-init is still running: later commands, scripts and the final stage do not run. \
     Because each of them counts as done for this instance, they do not run after the reboot either. Use \
     `power_state: {mode: reboot}`, which waits until cloud-init has finished."
    "cloud-init documentation, Power state change; canonical/cloud-init issues 3284 and 5699"

    TOO_LARGE "too-large" Error "larger than the provider accepts"
    "The provider refuses the document or, worse, truncates it. Comments and indentation use bytes too. gzip reduces \
     most documents to a third, if the provider accepts binary data, and `#include` can download the rest."
    "the providers' API documentation"

    NOT_EVERYWHERE "not-everywhere" Note "too large for some providers"
    "The document is larger than some providers accept, and they refuse it or truncate it. Name the provider that it is \
     for (`--provider NAME`), and only that limit is checked."
    "the providers' API documentation"
}
