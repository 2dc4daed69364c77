//! tests/boot/recording.py, which draws the journal of a first boot.

use std::fs;
use std::process::Command;

use crate::common::{root, scratch, text};

const JOURNAL: &str = "\
[   34.492861] localhost cloud-init[459]: Cloud-init v. 25.1.4 running 'init-local' at Mon, 30 Nov 2026 20:35:24 +0000.
[   77.702997] vps cloud-init[459]: ci-info: | Device |  Up  |
[   79.618641] vps firstlight[831]: preflight: running
[   79.909287] vps firstlight[831]: preflight: running: waiting for the right time
[   80.803919] vps firstlight[831]: preflight: done
[   90.000000] vps firstlight[831]: app: failed: a <message> & more
[   93.000000] - outside: https://infrakt.example.com answers 200, with a valid certificate
";

#[test]
fn a_journal_becomes_a_picture() {
    let folder = scratch();
    let (journal, picture) = (folder.path().join("journal"), folder.path().join("picture.svg"));
    fs::write(&journal, JOURNAL).expect("writable");
    // Python's reader of XML accepts it, and gives the texts.
    let read = "import sys, xml.etree.ElementTree as tree\n\
        for one in tree.parse(sys.argv[1]).getroot().iter('{http://www.w3.org/2000/svg}g'):\n    \
            print('|'.join(word.text or '' for word in one[0]))\n";
    let made = Command::new("python3")
        .args(["-B", "tests/boot/recording.py"])
        .args([&journal, &picture])
        .current_dir(root())
        .output()
        .expect("python3 starts");
    assert!(made.status.success(), "{}", text(&made.stderr));
    let shown = Command::new("python3").args(["-c", read]).arg(&picture).output().expect("python3 starts");
    let wanted = "\
   0.0 s|power-on|
  34.5 s|cloud-init|finds the document
  79.9 s|preflight|waiting for the right time
  80.8 s|preflight|done
  90.0 s|app|failed a <message> & more
  93.0 s||https://infrakt.example.com answers 200, with a valid certificate
";
    assert_eq!(text(&shown.stdout).trim_start(), wanted, "{}", text(&shown.stderr));
}
