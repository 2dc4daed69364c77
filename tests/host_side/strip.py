#!/usr/bin/env python3
"""What of the runtime a packed document carries, and how much that is.

    tests/host_side/strip.py [FILE...]     bytes of each module and of all, as written and as carried
    tests/host_side/strip.py --write       write what is carried into profiles/_host/packed/, for the compiler

Docstrings, comments and annotations go, with what only annotations need: imports, and all that is below
`if TYPE_CHECKING:`. Each level of indentation becomes one space, and local variables and private names have short names
(shorten.py). Ends of lines stay, so that a traceback on the server names the line of the source.
"""

from __future__ import annotations

import ast
import bz2
import copy
import gzip
import io
import re
import shutil
import sys
import tarfile
import tokenize
from pathlib import Path

from shorten import named, private, rename, shared, shorten

ROOT = Path(__file__).resolve().parents[2] / "profiles/_host/files/usr/local/lib/firstlight"
PACKED = ROOT.parents[4] / "packed/usr/local/lib/firstlight"

Place = tuple[int, int]
"""A line, from 1, and a column in bytes, from 0."""
Gone = tuple[Place, Place, str]
"""From where to where a text goes, and what comes there instead."""


def strip(source: str, called: set[str]) -> str:
    """The same program without what only readers and checkers need; as many lines as before.

    `called` are the parameters that calls, anywhere, give by name.
    """
    tree = ast.parse(source)
    gone = [*_docstrings(tree), *_annotations(tree, source), *_comments(source), *_for_types(tree)]
    lines = source.splitlines()
    for start, end, instead in sorted(gone, reverse=True):
        _cut(lines, start, end, instead.encode())
    result = "\n".join(_indented(lines))
    stripped = "\n".join(line.rstrip() for line in result.split("\n")) + "\n"
    if not _same(ast.parse(stripped), tree):
        raise ValueError("the stripped program is another one")
    return shorten(stripped, called)


def _docstrings(tree: ast.AST) -> list[Gone]:
    """Texts that nothing reads. Where one is all of a body, `pass` comes there."""
    found = []
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            texts = [one for one in body if _is_text(one)]
            alone = len(texts) == len(body)
            found += [(*_range(one), "pass" if alone and number == 0 else "") for number, one in enumerate(texts)]
    return found


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _range(node: ast.stmt | ast.expr) -> tuple[Place, Place]:
    return (node.lineno, node.col_offset), (node.end_lineno or 0, node.end_col_offset or 0)


def _annotations(tree: ast.AST, source: str) -> list[Gone]:
    """Of arguments, results and variables. A field of a class needs one, and `str` will do."""
    found: list[Gone] = []
    lines = source.splitlines()
    fields = [one for node in ast.walk(tree) if isinstance(node, ast.ClassDef) for one in node.body]
    for node in ast.walk(tree):
        if isinstance(node, ast.arg) and node.annotation:
            found.append(((node.lineno, node.col_offset + len(node.arg.encode())), _range(node.annotation)[1], ""))
        if isinstance(node, ast.FunctionDef) and node.returns:
            (line, column), end = _range(node.returns)
            before = lines[line - 1].encode()[:column]
            found.append(((line, len(before[: before.rindex(b"->")].rstrip())), end, ""))
        if isinstance(node, ast.AnnAssign):
            if node in fields:
                found.append((*_range(node.annotation), "str"))
            elif node.value:
                found.append((_range(node.target)[1], _range(node.annotation)[1], ""))
            else:
                found.append((*_range(node), "pass"))
    return found


def _for_types(tree: ast.Module) -> list[Gone]:
    """Imports whose names nothing but annotations use, and what is there for checkers alone."""
    used = {node.id for node in ast.walk(_bare(copy.deepcopy(tree))) if isinstance(node, ast.Name)}
    found: list[Gone] = []
    for node in tree.body:
        if _is_for_types(node):
            found.append((*_range(node), ""))
        if isinstance(node, ast.Import | ast.ImportFrom):
            kept = [one for one in node.names if _bound(one) in used]
            if not kept:
                found.append((*_range(node), ""))
            elif kept != node.names:
                start = node.names[0].lineno, node.names[0].col_offset
                end = node.names[-1].end_lineno or 0, node.names[-1].end_col_offset or 0
                found.append((start, end, ast.unparse(ast.Import(kept)).removeprefix("import ")))
    return found


def _bound(name: ast.alias) -> str:
    return (name.asname or name.name).split(".")[0]


def _is_for_types(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def _comments(source: str) -> list[Gone]:
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    lines = source.splitlines()

    def column(line: int, characters: int) -> int:
        return len(lines[line - 1][:characters].encode())

    return [
        ((token.start[0], column(*token.start)), (token.end[0], column(*token.end)), "")
        for token in tokens
        if token.type == tokenize.COMMENT
    ]


def _cut(lines: list[str], start: Place, end: Place, instead: bytes) -> None:
    """Takes a range out; the ends of its lines stay."""
    before, after = lines[start[0] - 1].encode()[: start[1]], lines[end[0] - 1].encode()[end[1] :]
    lines[start[0] - 1 : end[0]] = [""] * (end[0] - start[0] + 1)
    lines[end[0] - 1] = after.decode()
    lines[start[0] - 1] = (before + instead).decode() + lines[start[0] - 1]


def _indented(lines: list[str]) -> list[str]:
    """One space a level, also within brackets; a text of several lines stays as it is."""
    text = "\n".join(lines) + "\n"
    inside: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in (tokenize.STRING, getattr(tokenize, "FSTRING_MIDDLE", -1)):
            inside.update(range(token.start[0] + 1, token.end[0] + 1))
    return [
        line if number in inside else re.sub(r"^ +", lambda found: " " * (len(found[0]) // 4), line)
        for number, line in enumerate(lines, 1)
    ]


def _bare(tree: ast.Module) -> ast.Module:
    """A tree without what `strip` takes out, but for the imports."""
    tree.body = [one for one in tree.body if not _is_for_types(one)]
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            bare = [_untyped(one, node) for one in body if not _is_text(one)]
            node.body = bare or [ast.Pass()]  # type: ignore[attr-defined]
        if isinstance(node, ast.arg):
            node.annotation = None
        if isinstance(node, ast.FunctionDef):
            node.returns = None
    return tree


def _untyped(node: ast.stmt, above: ast.AST) -> ast.stmt:
    if not isinstance(node, ast.AnnAssign):
        return node
    if isinstance(above, ast.ClassDef):
        node.annotation = ast.Name("str", ast.Load())
        return node
    return ast.Assign([node.target], node.value) if node.value else ast.Pass()


def _same(one: ast.Module, other: ast.Module) -> bool:
    """Whether they do the same, whatever they import."""

    def shown(tree: ast.Module) -> str:
        rest = [node for node in _bare(tree).body if not isinstance(node, ast.Import | ast.ImportFrom)]
        return ast.dump(ast.Module(rest, []))

    return shown(one) == shown(other)


def archive(files: dict[str, str]) -> bytes:
    """A tar without times and owners, compressed; the same bytes for the same files."""
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, content in sorted(files.items()):
            entry = tarfile.TarInfo(name)
            entry.size = len(content.encode())
            tar.addfile(entry, io.BytesIO(content.encode()))
    return bz2.compress(data.getvalue())


def packed() -> dict[str, str]:
    """Every module as it is carried, by its path."""
    written = {str(path.relative_to(ROOT)): path.read_text() for path in sorted(ROOT.rglob("*.py"))}
    names = {name: private(text) for name, text in written.items()}
    for name, (defined, used) in names.items():
        for other, (elsewhere, _) in names.items():
            if other != name and (used - defined) & elsewhere:
                raise ValueError(f"{name} uses what is private to {other}: {(used - defined) & elsewhere}")
    called = set[str]().union(*map(named, written.values()))
    carried = {name: strip(text, called) for name, text in written.items()}
    short = shared(carried)
    return {name: rename(text, short) for name, text in carried.items()}


def main(arguments: list[str]) -> int:
    """Writes the table to standard output, or the modules as they are carried into their folder."""
    if arguments == ["--write"]:
        shutil.rmtree(PACKED, ignore_errors=True)
        for name, text in packed().items():
            path = PACKED / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return 0
    paths = [Path(one).resolve() for one in arguments] or sorted(ROOT.rglob("*.py"))
    written = {str(path.relative_to(ROOT)): path.read_text() for path in paths}
    every = packed()
    carried = {name: every[name] for name in written}
    table = [("module", "lines", "bytes", "carried", "gzip")]
    for name, text in carried.items():
        table.append(_row(name, [written[name]], [text], gzip.compress(text.encode(), 9)))
    whole = archive(carried)
    table.append(_row("all, as one archive", list(written.values()), list(carried.values()), whole))
    sys.stdout.writelines(f"{row[0]:34}" + "".join(f"{cell:>9}" for cell in row[1:]) + "\n" for row in table)
    sys.stdout.write(f"as base64: {(len(whole) + 2) // 3 * 4}\n")
    return 0


def _row(name: str, written: list[str], carried: list[str], packed: bytes) -> tuple[str, str, str, str, str]:
    lines = sum(text.count("\n") for text in carried)
    return name, str(lines), str(sum(map(len, written))), str(sum(map(len, carried))), str(len(packed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
