"""What `firstlight inspect` says of a document, against what cloud-init's own code makes of it.

The folder /case holds NAME, a document, and NAME.json, what inspect printed, for each document of tests/cases/userdata."""
import contextlib
import hashlib
import json
import logging
import os
import tempfile

from cloudinit import distros, handlers, helpers, user_data, util
from cloudinit.config import cc_write_files
from cloudinit.distros.ug_util import normalize_users_groups
from cloudinit.handlers.cloud_config import CloudConfigPartHandler
from command import run, version as version_of

NAME = "cloud-init (inspect)"
CONFIGS = ("text/cloud-config", "text/cloud-config-jsonp")


def version():
    return version_of("cloud-init", "--version")


def check(folder):
    """One (document, problems, whether `cloud-init schema` accepts it) each; it is asked about plain cloud-configs."""
    logging.disable(logging.CRITICAL)
    with open(os.path.join(folder, ".judged")) as file:
        judged = json.load(file)
    for name in sorted(name for name in os.listdir(folder) if name + ".json" in os.listdir(folder)):
        with open(os.path.join(folder, name), "rb") as file:
            document = file.read()
        with open(os.path.join(folder, name + ".json")) as file:
            said = json.load(file)
        yield name, compare(document, said), schema(os.path.join(folder, name)) if name in judged else None


def schema(path):
    code, out, err = run("cloud-init", "schema", "-c", path)
    return {"accepted": code == 0, "said": (out + err).strip()}


def compare(document, said):
    fetched = []
    try:
        parts = parse(said["layers"][:1] == ["base64"], document, fetched)
    except Exception as error:  # cloud-init stops here, whatever the error: it acts on nothing
        return [] if not said["files"] and not said["runcmd"] else [f"cloud-init stops: {error!r}"]
    problems = differ("parts", list(map(described, parts)), [own(part) for part in said["parts"] if not part["kind"].startswith("include")])
    problems += differ("includes", fetched, [include["url"] for include in said["includes"]])
    if any(part["template"] for part in said["parts"]):
        return problems  # what comes out is known on the server alone
    config = merged(parts)
    files, broken = written(config)
    problems += differ("files", files, [shown(file) for file in said["files"]][:len(files) if broken else None])
    for key in ("bootcmd", "runcmd"):
        problems += differ(key, veiled(commands(config.get(key)), said[key]), said[key])
    theirs = accounts(config)
    if theirs and theirs != said_accounts(said):
        problems.append(f"users and groups: cloud-init {theirs}, inspect {said_accounts(said)}")
    return problems + differ("keys", sorted(map(str, config)), sorted(said["keys"]))


HIDDEN = "a secret's"
"""The digest of what inspect says is secret: it does not show that."""


def same(theirs, ours):
    """Whether they are equal but for what inspect hides."""
    if isinstance(ours, dict):
        return theirs.keys() == ours.keys() and all(ours[key] in (HIDDEN, theirs[key]) for key in ours)
    if isinstance(ours, list):
        return len(theirs) == len(ours) and all(b in (HIDDEN, a) for a, b in zip(theirs, ours))
    return theirs == ours


def differ(what, theirs, ours):
    for number, (a, b) in enumerate(zip(theirs, ours)):
        if not same(a, b):
            return [f"{what}, number {number + 1}: cloud-init {a}, inspect {b}"]
    if len(theirs) == len(ours):
        return []
    return [f"{what}: cloud-init has {len(theirs)}, inspect {len(ours)}: {theirs[len(ours):]}{ours[len(theirs):]}"]


def parse(is_base64, document, fetched):
    """The parts as cloud-init hands them to its handlers; what it would fetch is noted and comes to nothing."""
    if is_base64:  # the datasource's work
        document = util.b64d(document) if hasattr(util, "b64d") else __import__("base64").b64decode(document)
        document = document.encode() if isinstance(document, str) else document

    class Response:
        code, contents = 404, b""
        ok = staticmethod(lambda: False)

    def fetch(url, **_):
        fetched.append(url)
        return Response

    user_data.read_file_or_url = fetch
    user_data._handle_error = lambda message, error=None: None
    message = user_data.UserDataProcessor(helpers.Paths({"cloud_dir": "/nosuch"})).process(document)
    return [part for part in message.walk() if part.get_content_maintype() != "multipart"]


def payload(part):
    data = util.fully_decoded_payload(part) or b""
    return data.encode("utf-8", "surrogateescape") if isinstance(data, str) else data


def described(part):
    return [part.get_content_type(), part.get_filename(), hashlib.sha256(payload(part)).hexdigest()]


def own(part):
    return [part["content_type"], part["name"], part["sha256"] or HIDDEN]


def merged(parts):
    with tempfile.TemporaryDirectory() as folder:
        handler = CloudConfigPartHandler(helpers.Paths({"cloud_dir": folder}))
        handler.cloud_fn = None
        handler._reset()
        for part in parts:
            if part.get_content_type() in CONFIGS:
                data = util.fully_decoded_payload(part)
                handler.handle_part(None, part.get_content_type(), part.get_filename(), data, "once-per-instance", dict(part))
        return handler.cloud_buf or {}


def written(config):
    """Each file as cc_write_files would write it, up to the first at which it stops."""
    found, entries = [], config.get("write_files") or []
    if not hasattr(entries, "__iter__"):
        return found, True
    for entry in entries:
        try:
            if not entry.get("path"):
                continue
            content = cc_write_files.extract_contents(
                entry["content"], cc_write_files.canonicalize_extraction(entry.get("encoding"))) if entry.get("content") is not None else ""
            content = util.encode_text(content)
            owners = [name or "root" for name in util.extract_usergroup(entry.get("owner", "root:root"))]
            found.append({
                "path": os.path.abspath(entry["path"]),
                "mode": f"{cc_write_files.decode_perms(entry.get('permissions'), 0o644) & 0o7777:04o}",
                "owner": ":".join(owners),
                "sha256": hashlib.sha256(content).hexdigest(),
                "append": util.get_cfg_option_bool(entry, "append"),
                "defer": util.get_cfg_option_bool(entry, "defer"),
            })
        except Exception:
            return found, True
    return found, False


def shown(file):
    described = {key: file[key] for key in ("path", "mode", "owner", "sha256", "append", "defer")}
    return described | {"sha256": file["sha256"] or HIDDEN}


def commands(given):
    return [[str(word) for word in command] if isinstance(command, list) else command
            for command in given or [] if isinstance(command, (list, str))] if isinstance(given, list) else []


def accounts(config):
    """Users beside the image's own and groups, each user with its groups and SSH keys; None if cloud-init stops at them."""
    distro = distros.fetch("debian")("debian", {}, helpers.Paths({}))
    try:
        users, groups = normalize_users_groups(config, distro)
    except Exception:
        return None
    def user(options):
        groups, keys = options.get("groups") or [], options.get("ssh_authorized_keys") or []
        groups = groups.split(",") if isinstance(groups, str) else list(groups)
        return sorted(map(str.strip, groups)), len([keys] if isinstance(keys, str) else keys)
    return {name: user(options) for name, options in users.items() if not options.get("default")}, sorted(groups)


def said_accounts(said):
    users = {user["name"]: (sorted(user["groups"]), user["ssh_authorized_keys"]) for user in said["users"] if user["name"] != "default"}
    return users, sorted(said["groups"])


def veiled(theirs, ours):
    """Theirs, with stars where ours has some: inspect shows no secrets."""
    if isinstance(theirs, str) and isinstance(ours, str) and len(theirs.encode()) == len(ours.encode()):
        pairs = zip(theirs.encode(), ours.encode())
        return bytes(ord("*") if b == ord("*") else a for a, b in pairs).decode(errors="replace")
    if isinstance(theirs, list) and isinstance(ours, list) and len(theirs) == len(ours):
        return list(map(veiled, theirs, ours))
    return theirs


def main():
    with contextlib.redirect_stderr(open(os.devnull, "w")):
        results, release = list(check("/case")), version()
    for name, problems, accepted in results:
        print(json.dumps({"consumer": NAME, "version": release, "document": name, "problems": problems, "schema": accepted}))
