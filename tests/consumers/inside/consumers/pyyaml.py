"""PyYAML alone: safe, no key twice, and the same files. What other tools that read the document would see."""
import base64
import gzip

import yaml
from case import differences
from consumers.document import cloud_config

NAME = "PyYAML safe_load"


def version():
    return yaml.__version__


class NoDuplicates(yaml.SafeLoader):
    """PyYAML itself lets the last of two equal keys win."""

    def construct_mapping(self, node, deep=False):
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        twice = {key for key in keys if keys.count(key) > 1}
        if twice:
            raise yaml.constructor.ConstructorError(None, None, f"keys given twice: {sorted(twice)}", node.start_mark)
        return super().construct_mapping(node, deep)


def check(case):
    text = cloud_config(case)
    config = yaml.safe_load(text)
    if yaml.load(text, Loader=NoDuplicates) != config:
        return 1, ["two readings differ"]
    decoded = {entry["path"]: decode(entry) for entry in config["write_files"]}
    problems = differences(case.files, decoded)
    if len(decoded) != len(config["write_files"]):
        problems.append("a path is written twice")
    return len(decoded), problems


def decode(entry):
    content = entry["content"]
    data = content if isinstance(content, bytes) else content.encode()
    encoding = entry.get("encoding", "")
    if encoding.endswith(("b64", "base64")):
        data = base64.b64decode(data, validate=False)
    if encoding.startswith("gz"):
        data = gzip.decompress(data)
    return data
