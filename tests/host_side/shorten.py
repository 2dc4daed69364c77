"""Makes a program smaller and leaves it the same: local variables get names of one letter, and blanks go.

So do parameters that no call names, and what is private to a module, after its `_`; what modules have from each other
gets names of two. Each line stays in its place. Names that somebody else can use stay: of modules, methods, attributes.
"""

import ast
import io
import re
import string
import tokenize

Change = tuple[tuple[int, int], tuple[int, int], str]
"""From which line and column to which, and what comes there instead."""

_WORDS = (tokenize.NAME, tokenize.NUMBER, tokenize.STRING)
_BEGIN, _END = getattr(tokenize, "FSTRING_START", -1), getattr(tokenize, "FSTRING_END", -1)
_BLANK = (tokenize.INDENT, tokenize.DEDENT, tokenize.NEWLINE, tokenize.NL)


def named(source: str) -> set[str]:
    """The parameters that the calls in a module give by name."""
    return {node.arg or "" for node in ast.walk(ast.parse(source)) if isinstance(node, ast.keyword)}


def shorten(source: str, called: set[str]) -> str:
    """The same program with fewer bytes. `called` are the parameters that calls, anywhere, give by name."""
    renamed = _without_private_names(_renamed(source, called))
    made = _tight(renamed)
    if ast.dump(ast.parse(made)) != ast.dump(ast.parse(renamed)):
        raise ValueError("without blanks the program is another one")
    return made


def _renamed(source: str, called: set[str]) -> str:
    tree = ast.parse(source)
    tokens = _tokens(source)
    found: list[Change] = []
    for function in _outermost(tree):
        names = _names(function, tokens, called)
        found += _uses(_within(function, tokens), names)
        for node in ast.walk(function):
            if isinstance(node, ast.Name):
                node.id = names.get(node.id, node.id)
            if isinstance(node, ast.arg):
                node.arg = names.get(node.arg, node.arg)
            if isinstance(node, ast.FunctionDef):
                node.name = names.get(node.name, node.name)
    return _replaced(source, found, tree)


def _replaced(source: str, found: list[Change], meant: ast.Module) -> str:
    lines = source.split("\n")
    for start, end, instead in sorted(found, reverse=True):
        line = lines[start[0] - 1]
        lines[start[0] - 1] = line[: start[1]] + instead + line[end[1] :]
    made = "\n".join(lines)
    if ast.dump(ast.parse(made)) != ast.dump(meant):
        raise ValueError("with other names the program is another one")
    return made


def private(source: str) -> tuple[set[str], set[str]]:
    """The private names that a module defines, and those that it uses."""
    defined, used = set[str](), set[str]()
    for node in ast.walk(ast.parse(source)):
        found, is_new = _private(node)
        if found:
            (defined if is_new else used).add(found)
    return defined, used


def _private(node: ast.AST) -> tuple[str, bool]:
    """The private name in a node, if there is one, and whether the node defines it."""
    name, is_new = "", False
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        name, is_new = node.name, True
    if isinstance(node, ast.Name):
        name, is_new = node.id, isinstance(node.ctx, ast.Store)
    if isinstance(node, ast.Attribute):
        name, is_new = node.attr, isinstance(node.ctx, ast.Store)
    return (name, is_new) if re.fullmatch(r"_[a-zA-Z]\w+", name) else ("", False)


def _without_private_names(source: str) -> str:
    tree = ast.parse(source)
    tokens = _tokens(source)
    kept = {name for node in ast.walk(tree) for name in _kept(node)}
    kept |= {node.arg or "" for node in ast.walk(tree) if isinstance(node, ast.arg | ast.keyword)}
    mine = private(source)[0] - kept
    order = dict.fromkeys(token.string for token in tokens if token.string in mine)
    names = dict(zip(order, (f"_{letter}" for letter in string.ascii_letters), strict=False))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            node.name = names.get(node.name, node.name)
        if isinstance(node, ast.Name):
            node.id = names.get(node.id, node.id)
        if isinstance(node, ast.Attribute):
            node.attr = names.get(node.attr, node.attr)
    return _replaced(source, _uses(tokens, names, also_after="."), tree)


def shared(modules: dict[str, str]) -> dict[str, str]:
    """A name of two letters for each function, class and constant that modules have from each other.

    `modules` are all there are, by their paths. A name stays that is anything else somewhere, or stands in a text.
    """
    own = {path.rpartition("/")[2].removesuffix(".py") for path in modules}
    trees = [ast.parse(source) for source in modules.values()]
    kept = own | {name for tree in trees for node in ast.walk(tree) for name in _others(node, own)}
    words = {word for source in modules.values() for word in re.findall(r"\w+", source)}
    new = (one + other for one in string.ascii_uppercase for other in string.ascii_lowercase)
    found = sorted({name for tree in trees for node in tree.body for name in _defined(node)} - kept)
    return dict(zip((name for name in found if len(name) > 3), (one for one in new if one not in words), strict=False))


def _defined(node: ast.stmt) -> list[str]:
    """What a statement of a module defines, but for what is private."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    names = [one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name)]
    names += [node.name] if isinstance(node, ast.FunctionDef | ast.ClassDef) else []
    return [name for name in names if not name.startswith("_")]


def _others(node: ast.AST, own: set[str]) -> set[str]:
    """The names in a node that are not, or perhaps not, those of something that a module of ours defines."""
    found = _imported(node) if isinstance(node, ast.Import | ast.ImportFrom) else _kept(node)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        found |= set(re.findall(r"\w+", node.value))
    if isinstance(node, ast.Attribute) and not (isinstance(node.value, ast.Name) and node.value.id in own):
        found.add(node.attr)
    if isinstance(node, ast.ClassDef):
        found |= {
            one.target.id for one in node.body if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)
        }
        found |= {one.name for one in node.body if isinstance(one, ast.FunctionDef)}
    if isinstance(node, ast.arg | ast.keyword):
        found.add(node.arg or "")
    return found


def _imported(node: ast.Import | ast.ImportFrom) -> set[str]:
    """The names that come from elsewhere, or that are given to what is ours."""
    found = {one.asname or "" for one in node.names}
    if isinstance(node, ast.Import) or not node.level:
        names = [one.name for one in node.names] + [getattr(node, "module", None) or ""]
        found |= {part for name in names for part in name.split(".")}
    return found


def rename(source: str, names: dict[str, str]) -> str:
    """The same program with these other names, wherever they stand."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        for field in ("id", "attr", "name"):
            there = getattr(node, field, None)
            if isinstance(there, str):
                setattr(node, field, names.get(there, there))
    tokens = _tokens(source)
    return _replaced(source, _uses(tokens, names, also_after="."), tree)


def _outermost(tree: ast.Module) -> list[ast.FunctionDef]:
    """Functions and methods, but for those with a class in them, whose attributes look like variables."""
    classes = [one.body for one in tree.body if isinstance(one, ast.ClassDef)]
    every = [one for body in (tree.body, *classes) for one in body if isinstance(one, ast.FunctionDef)]
    return [one for one in every if not any(isinstance(node, ast.ClassDef) for node in ast.walk(one))]


def _within(function: ast.FunctionDef, tokens: list[tokenize.TokenInfo]) -> list[tokenize.TokenInfo]:
    return [one for one in tokens if function.lineno <= one.start[0] <= (function.end_lineno or 0)]


def _names(function: ast.FunctionDef, tokens: list[tokenize.TokenInfo], called: set[str]) -> dict[str, str]:
    """A letter for each local variable, in the order in which they come, which compresses best."""
    kept, used, local = {function.name, *called}, set[str](), set[str]()
    # What stands in a default is another variable, from outside.
    outside = (*function.args.defaults, *function.args.kw_defaults, *function.decorator_list)
    kept |= {name.id for one in outside if one for name in ast.walk(one) if isinstance(name, ast.Name)}
    for node in ast.walk(function):
        # Those of functions within, which nobody outside calls by them.
        if isinstance(node, ast.arg):
            local.add(node.arg)
        if isinstance(node, ast.FunctionDef):
            local.add(node.name)
        if isinstance(node, ast.Name):
            used.add(node.id)
            if isinstance(node.ctx, ast.Store):
                local.add(node.id)
        kept |= _kept(node)
    local -= kept
    every = [token.string for token in _within(function, tokens) if token.type == tokenize.NAME]
    order = dict.fromkeys(name for name in every if name in local and len(name) > 1)
    return dict(zip(order, sorted(set(string.ascii_lowercase) - used - kept), strict=False))


def _kept(node: ast.AST) -> set[str]:
    """Names that are more than a variable's, or that a token shows without being one."""
    if isinstance(node, ast.Global | ast.Nonlocal):
        return set(node.names)
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {part for one in node.names for part in (one.name, one.asname or "")}
    if isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar):
        return {node.name or ""}
    return set()


def _tokens(source: str) -> list[tokenize.TokenInfo]:
    """As until Python 3.11, whose tokens do not tell what is in a formatted text: each is one."""
    found: list[tokenize.TokenInfo] = []
    inside: list[tokenize.TokenInfo] = []
    lines = source.splitlines(keepends=True)
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == _BEGIN:
            inside.append(token)
        elif token.type == _END and len(inside) == 1:
            first = inside.pop()
            found.append(token._replace(type=tokenize.STRING, string=_between(lines, first, token), start=first.start))
        elif token.type == _END:
            inside.pop()
        elif not inside:
            found.append(token)
    return found


def _between(lines: list[str], first: tokenize.TokenInfo, last: tokenize.TokenInfo) -> str:
    (top, left), (bottom, right) = first.start, last.end
    if top == bottom:
        return lines[top - 1][left:right]
    return "".join([lines[top - 1][left:], *lines[top : bottom - 1], lines[bottom - 1][:right]])


def _uses(tokens: list[tokenize.TokenInfo], names: dict[str, str], also_after: str = "") -> list[Change]:
    found = []
    before = ""
    for token in tokens:
        instead = token.string
        if token.type == tokenize.NAME and (before != "." or also_after):
            instead = names.get(token.string, token.string)
        if token.type == tokenize.STRING and re.match("[rR]?[fF]", token.string) and names:
            instead = _in_braces(token.string, names, also_after)
        if instead != token.string:
            found.append((token.start, token.end, instead))
        before = token.string
    return found


def _in_braces(text: str, names: dict[str, str], also_after: str) -> str:
    """A formatted text with other names in its expressions, which are no tokens."""
    before = "" if also_after else "."
    name = re.compile(rf"(?<![{before}\w\"'])({'|'.join(names)})\b")

    def within(part: re.Match[str]) -> str:
        return name.sub(lambda one: names[one[1]], part[0])

    return re.sub(r"\{[^{}]*\}", within, text)


def _tight(source: str) -> str:
    lines = source.split("\n")
    cuts = []
    before = None
    for token in _tokens(source):
        if token.type in _BLANK:
            before = None if token.type in (tokenize.NEWLINE, tokenize.NL) else before
            continue
        if before and before.end[0] == token.start[0] and not (before.type in _WORDS and token.type in _WORDS):
            cuts.append((token.start[0], before.end[1], token.start[1]))
        before = token
    for number, start, end in sorted(cuts, reverse=True):
        lines[number - 1] = lines[number - 1][:start] + lines[number - 1][end:]
    return "\n".join(lines)
