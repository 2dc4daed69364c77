//! What applies to a key of the user's cloud-config: which phase uses it, and whether it conflicts with firstlight's.

use crate::compile::phase::Phase;
use crate::finding::{Code, Diagnostic, Report};
use crate::userdata::Tree;

/// Keys that ours has, too: the user's items come after ours.
pub(super) const MERGED: &[&str] = &["write_files", "bootcmd", "runcmd"];

/// What is installed once, in the image: its servers need no package any more.
const BAKED: &[&str] = &["packages", "package_update", "package_upgrade", "snap", "drivers"];

/// Where packages come from: what is baked needs it, and cloud-init would write the servers' own sources over it.
const BOTH: &[&str] = &["apt", "apt_pipelining", "ca_certs", "ca-certs"];

/// Keys that change how the document itself is read or whether ours runs at all, and why they may not.
const REFUSED: &[(&str, &str)] = &[
    ("merge_how", "it controls how parts are merged, and your keys are in the same part as firstlight's own"),
    (
        "merge_type",
        "it controls how parts are merged, and your keys are in the same part as firstlight's own",
    ),
    ("launch-index", "other servers would then also ignore firstlight's own keys"),
];

/// Keys that decide which modules of cloud-init run at all, in whichever part they are.
const MODULES: &[(&str, &str)] = &[
    ("cloud_init_modules", "firstlight needs the modules write_files and bootcmd"),
    ("cloud_config_modules", "firstlight needs the module runcmd"),
    ("cloud_final_modules", "firstlight needs the module scripts_user"),
];

/// Whether a phase takes a key. Everything else is a server's own: users, keys, hostname, disks, files, commands.
pub(super) fn is_taken(name: &str, phase: Phase) -> bool {
    match phase {
        Phase::All => true,
        Phase::Bake => BAKED.contains(&name) || BOTH.contains(&name),
        Phase::Boot => !BAKED.contains(&name),
    }
}

/// Whether a key acts in the image alone.
pub(super) fn is_baked_alone(name: &str) -> bool {
    BAKED.contains(&name)
}

/// The complaint about a host that wants something else in the image that it starts from.
pub(super) fn too_late(name: &str, key: &Tree) -> Diagnostic {
    let message =
        format!("`{name}` only takes effect when the image is baked, and one image serves all hosts");
    Diagnostic::error(Code::Conflict, message)
        .at(&key.place, "")
        .help("move it to the configuration from which the image is baked")
}

/// Complains about a key of the user's cloud-config, which is in the same part as ours.
pub(super) fn check(name: &str, key: &Tree, value: &Tree, report: &mut Report) {
    report.push_some(refuse(name, key, REFUSED));
    check_in_part(name, key, value, report);
}

fn refuse(name: &str, key: &Tree, table: &[(&str, &str)]) -> Option<Diagnostic> {
    let (_, why) = table.iter().find(|(refused, _)| *refused == name)?;
    let message = format!("`{name}` does not work together with firstlight: {why}");
    Some(Diagnostic::error(Code::Conflict, message).at(&key.place, "").help("remove it"))
}

/// Complains about a key of a part of the user's own.
pub(crate) fn check_in_part(name: &str, key: &Tree, value: &Tree, report: &mut Report) {
    report.push_some(refuse(name, key, MODULES));
    match name {
        "disk_setup" => {
            let disks = value.map().map(|map| map.entries.iter().map(|(_, disk)| disk)).into_iter().flatten();
            disks.for_each(|disk| again(disk, "overwrite", report));
        }
        "fs_setup" => value.list().unwrap_or_default().iter().for_each(|system| {
            again(system, "overwrite", report);
            let is_same = |(old, new): (&Tree, &Tree)| old.value.is_same(&new.value);
            if system.get("replace_fs").zip(system.get("filesystem")).is_some_and(is_same) {
                again(system, "replace_fs", report);
            }
        }),
        _ => {}
    }
}

/// After a power cut in the first boot, firstlight makes cloud-init begin anew: a disk must not be emptied twice.
fn again(disk: &Tree, name: &str, report: &mut Report) {
    let Some(value) = disk.get(name) else { return };
    if name == "overwrite" && !value.value.is_true() {
        return;
    }
    let message =
        format!("after a power failure during the first boot, `{name}` would erase this disk a second time");
    report.push(
        Diagnostic::error(Code::Conflict, message)
            .at(&value.place, "")
            .help("remove it: cloud-init then formats the disk only if it is not set up as described here"),
    );
}
