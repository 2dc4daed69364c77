//! A shell script that does on a running server what cloud-init would do on a new one. A second run changes nothing.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::compile::Output;
use crate::compile::document::header;
use crate::compile::phase::Phase;
use crate::compile::render::RenderedFile;
use crate::escape::shell::word;
use crate::value::GuestPath;

/// The line that ends a here-document. A file that contains this line is written as base64 instead.
const END: &str = "END-OF-FILE";

const HEAD: &str = r#"set -eu
umask 077

main() {
	changed=
	[ "$(id -u)" = 0 ] || fail 'run this as root'
	[ -d /run/systemd/system ] || fail 'this host does not run systemd'
	files
	if [ -z "$changed" ] && systemctl is-active --quiet firstlight.target; then
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
    let files: String = made.rendered.files.iter().map(|(path, file)| lay(path, file)).collect();
    let commands: String = made.rendered.runcmd.iter().map(|command| line(command)).collect();
    format!(
        "#!/bin/sh\n{header}{HEAD}\nfiles() {{\n{files}}}\n\ncommands() {{\n{commands}}}\n\nmain\n",
        header = header(&made.resolved, &made.searched, phase, &command)
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
