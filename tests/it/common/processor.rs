//! Processor time: unlike the clock on the wall, no other load on the machine uses it up.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// What this thread has used. Linux alone tells; elsewhere it is zero, and the tests are weaker there.
pub fn used() -> Duration {
    let Ok(stat) = std::fs::read_to_string("/proc/thread-self/stat") else { return Duration::ZERO };
    // After the name, which may hold anything, the 12th and 13th field: user and system time, a hundred a second.
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or("").split_whitespace().collect();
    let ticks: u64 = fields.iter().skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}

/// Runs something on this thread and fails if it used more than so many seconds.
pub fn within<T>(seconds: u64, what: &str, run: impl FnOnce() -> T) -> T {
    let before = used();
    let made = run();
    let took = used() - before;
    assert!(took < Duration::from_secs(seconds), "{what}: {took:?} of {seconds} s");
    made
}

/// The program under the kernel's own limits: so many seconds of processor time, and 1 GB of address space.
/// It is killed beyond them, and has no exit code then.
pub fn limited(seconds: u64, folder: &Path) -> Command {
    let mut command = Command::new("bash");
    let limits = format!("ulimit -v 1000000 -t {seconds}; exec \"$0\" \"$@\"");
    command.args(["-c", &limits, env!("CARGO_BIN_EXE_firstlight")]).current_dir(folder);
    command
}
