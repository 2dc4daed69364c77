"""What the host side says and does on a guest, as shell commands."""

# Files are read, because `firstlight status` takes an emulated machine seconds.
_STATE = "/run/firstlight/state.json"

# The service that runs the steps.
SERVICE = "firstlight"

# A unit of ours, which `verify` looks at.
UNIT = "firstlight.service"

# What the steps said, from the journal.
JOURNAL = "journalctl --no-pager -o cat -u firstlight | tail -n 60"


def step(name: str) -> str:
    """Prints a step's state, a tab and its message; nothing if it has not said anything."""
    read = f"""import json; [print(s["state"], s["message"], sep="\\t") for s in json.load(open("{_STATE}"))["steps"] if s["step"] == "{name}"]"""
    return f"{{ [ ! -e {_STATE} ] || python3 -c '{read}'; }}"


def is_done(name: str) -> str:
    """Ends with 0 if the step is done."""
    return f"{step(name)} | grep -q ^done"


def run_again(name: str) -> str:
    """Runs a step again, as a new key, a new token, or a reboot does, and waits for its end."""
    wait = f"for i in $(seq 150); do {is_done(name)} && break; sleep 2; done"
    return f"systemctl stop firstlight; rm -f {_STATE}; systemctl start firstlight; {wait}"
