//! A shell script that does on a running server what cloud-init would do on a new one. A second run changes nothing.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::compile::Output;
use crate::compile::document::{Encoding, header};
use crate::compile::phase::Phase;
use crate::compile::program;
use crate::compile::render::RenderedFile;
use crate::escape::shell::word;
use crate::host::PROGRAM;
use crate::value::GuestPath;

/// The line that ends a here-document. A file that contains this line is written as base64 instead.
const END: &str = "END-OF-FILE";

/// What the program needs and a server may lack.
const PYTHON: &str = r#"	# The program is written in Python, and reads documents with PyYAML.
	python3 -c 'import yaml' 2>/dev/null || {
		apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -q install -y python3 python3-yaml
	}
"#;

const HEAD: &str = r#"set -eu
umask 077

main() {
	changed=
	[ "$(id -u)" = 0 ] || fail 'run this as root'
	[ -d /run/systemd/system ] || fail 'this host does not run systemd'
	files
	if [ -z "$changed" ] && systemctl is-enabled --quiet firstlight.service; then
		echo 'firstlight: nothing to change' >&2
		return
	fi
	# cloud-init would have created this folder.
	[ -d /var/lib/cloud/instance/sem ] || mkdir -p /var/lib/cloud/instance/sem
	commands
}

fail() {
	echo "firstlight: $1" >&2
	exit 1
}

# lay MODE PATH writes standard input to a file; unpack MODE PATH decodes it from base64 first.
# Both replace the file atomically.
lay() {
	(umask 022 && mkdir -p "$(dirname "$2")")
	cat >"$2.firstlight"
	settle "$@"
}

unpack() {
	(umask 022 && mkdir -p "$(dirname "$2")")
	base64 -d >"$2.firstlight"
	settle "$@"
}

settle() {
	chmod "$1" "$2.firstlight"
	if cmp -s "$2.firstlight" "$2" && [ "$(stat -c %04a "$2")" = "$1" ]; then
		rm "$2.firstlight"
	else
		mv "$2.firstlight" "$2"
		changed=yes
		echo "firstlight: wrote $2" >&2
	fi
}
"#;

/// The text of the script. Its last line calls everything else, so nothing runs before all of it has arrived.
#[must_use]
pub(crate) fn script(made: &Output, phase: Phase) -> String {
    let mut command = [made.resolved.arguments.clone(), made.searched.arguments()].concat();
    if phase != Phase::All {
        command.extend(["--phase", phase.name()].map(str::to_owned));
    }
    command.extend(["--format", "script"].map(str::to_owned));
    let program = &made.rendered.program;
    // An image has it.
    let before = if program.is_empty() { "" } else { PYTHON };
    // As a person reads it, but in an image.
    let form = Encoding::Plain.program(phase);
    let rendered = made.rendered.carrying(form);
    // What is the site's own comes first, for whoever reads the script, and for `diff`, which compares no long texts.
    let (program_files, own): (Vec<_>, Vec<_>) =
        rendered.files.iter().partition(|(path, _)| path.as_str().starts_with(PROGRAM));
    let files: String = own.into_iter().chain(program_files).map(|(path, file)| lay(path, file)).collect();
    let commands: String = made.rendered.runcmd.iter().map(|command| line(command)).collect();
    format!(
        "#!/bin/sh\n{header}{comment}{HEAD}\nfiles() {{\n{files}}}\n\ncommands() {{\n{before}{commands}}}\n\nmain\n",
        header = header(&made.resolved, &made.searched, phase, &command),
        comment = program::comment(program, form),
    )
}

fn line(command: &[String]) -> String {
    let words: Vec<_> = command.iter().map(|text| word(text)).collect();
    format!("\t{}\n", words.join(" "))
}

/// The lines that write one file. A here-document keeps carriage returns, so they need no base64.
fn lay(path: &GuestPath, file: &RenderedFile) -> String {
    let (mode, path) = (file.mode, word(path.as_str()));
    match std::str::from_utf8(&file.bytes) {
        Ok(text) if text.ends_with('\n') && !text.contains('\0') && text.lines().all(|line| line != END) => {
            format!("lay {mode} {path} <<'{END}'\n{text}{END}\n")
        }
        _ => format!("unpack {mode} {path} <<'{END}'\n{}\n{END}\n", STANDARD.encode(&file.bytes)),
    }
}
