"""The two host sides, the scripts and the program that will replace them, asked in one way: shell commands for the guest."""

# Files are read, because `firstlight status` takes an emulated machine seconds.
_PROGRAM = "/run/firstlight/state.json"

# The service that runs the steps.
SERVICE = "$([ -e /etc/firstlight/site.json ] && echo firstlight || echo firstlight@app)"

# A unit of ours, which `verify` looks at.
UNIT = "$([ -e /etc/firstlight/site.json ] && echo firstlight.service || echo firstlight.target)"

# What the steps said, from the journal.
JOURNAL = "journalctl --no-pager -o cat -u firstlight -u 'firstlight@*' | tail -n 60"


def step(name: str) -> str:
    """Prints a step's state, a tab and its message; nothing if it has not said anything."""
    read = f"""import json; [print(s["state"], s["message"], sep="\\t") for s in json.load(open("{_PROGRAM}"))["steps"] if s["step"] == "{name}"]"""
    return f"{{ if [ -e {_PROGRAM} ]; then python3 -c '{read}'; else cat /run/firstlight/{name} 2>/dev/null; fi; }}"


def is_done(name: str) -> str:
    """Ends with 0 if the step is done."""
    return f"{step(name)} | grep -q ^done"


def run_again(name: str) -> str:
    """Runs a step again, as a new key, a new token, or a reboot does, and waits for its end."""
    wait = f"for i in $(seq 150); do {is_done(name)} && break; sleep 2; done"
    return f"if [ -e /etc/firstlight/site.json ]; then systemctl stop firstlight; rm -f {_PROGRAM}; systemctl start firstlight; {wait}; else systemctl start firstlight@{name}; fi"
