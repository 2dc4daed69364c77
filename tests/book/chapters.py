"""A preprocessor of mdBook: chapters from outside of the book's folder, such as the README.

A page of the repository links to others by their paths in it, which is right where the repository is shown. In the
book the README is the first page, and other pages from outside of `docs/` lie beside those inside. This program gives
such chapters a path in the book, and directs every link to where its page is there. A link to a file that is not in the
book goes to the repository's web address (`git-repository-url` in book.toml); without one, only its words stay.
"""

import json
import posixpath
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FENCE = re.compile(r"^ *(```|~~~)")
# Code in a line, which is left alone, or a link: an exclamation mark for an image, its words, where it leads.
LINK = re.compile(r"(?P<code>`[^`]*`)|(?P<image>!?)\[(?P<words>(?:`[^`]*`|[^\[\]`])*)\]\((?P<to>[^()\s]+)\)")

Chapter = dict[str, Any]


@dataclass(frozen=True)
class Book:
    """What links are directed by."""

    source: str
    """The book's folder, from the top of the repository."""
    pages: Mapping[str, str]
    """Each chapter's path in the repository, and its path in the book."""
    root: Path
    web: str | None

    def redirect(self, page: str, link: str) -> str | None:
        """Where a link of a page leads in the book, or None if nowhere."""
        if "://" in link or link.startswith("#"):
            return link
        path, mark, anchor = link.partition("#")
        target = posixpath.normpath(posixpath.join(posixpath.dirname(page), path))
        here = posixpath.dirname(self.pages[page])
        if target in self.pages:
            return posixpath.relpath(self.pages[target], here or ".") + mark + anchor
        inside = posixpath.relpath(target, self.source)
        if not inside.startswith("..") and (self.root / target).is_file():
            return posixpath.relpath(inside, here or ".")
        return f"{self.web.rstrip('/')}/blob/HEAD/{target}" if self.web else None

    def direct(self, page: str, text: str) -> str:
        """The text of a page with its links as they are in the book."""

        def one(match: re.Match[str]) -> str:
            if match["code"]:
                return match["code"]
            to = self.redirect(page, match["to"])
            return match["words"] if to is None else f"{match['image']}[{match['words']}]({to})"

        return outside_fences(text, lambda part: LINK.sub(one, part))


def outside_fences(text: str, change: Callable[[str], str]) -> str:
    """Change what is not in a block of code."""
    done: list[str] = []
    part: list[str] = []
    fence = ""
    for line in text.splitlines(keepends=True):
        match = FENCE.match(line)
        if not fence and match:
            done.append(change("".join(part)))
            part = []
            fence = match[1]
            done.append(line)
        elif fence:
            done.append(line)
            fence = "" if line.strip() == fence else fence
        else:
            part.append(line)
    return "".join([*done, change("".join(part))])


def place(path: str) -> str:
    """The path in the book of a page from outside of it: the README's is `index.md`, that of a folder's `FOLDER.md`."""
    folder, name = posixpath.split(path)
    if name == "README.md":
        return f"{folder}.md" if folder else "index.md"
    return posixpath.join(folder, name.lower())


def chapters(items: list[Any]) -> Iterator[Chapter]:
    """Every chapter with a page, those below others too."""
    for item in items:
        chapter = item.get("Chapter") if isinstance(item, dict) else None
        if chapter and chapter["path"]:
            yield chapter
            yield from chapters(chapter["sub_items"])


def main() -> None:
    """Read the context and the book from standard input, write the book to standard output."""
    context, book = json.load(sys.stdin)
    root = Path(context["root"])
    source = context["config"]["book"]["src"]
    found = list(chapters(book["items"]))
    pages: dict[str, str] = {}
    for chapter in found:
        path = posixpath.normpath(posixpath.join(source, chapter["path"]))
        is_inside = path.startswith(f"{source}/")
        pages[path] = posixpath.relpath(path, source) if is_inside else place(path)
    web = context["config"].get("output", {}).get("html", {}).get("git-repository-url")
    known = Book(source, pages, root, web)
    for chapter, (path, to) in zip(found, pages.items(), strict=True):
        chapter["content"] = known.direct(path, chapter["content"])
        chapter["path"] = to
    json.dump(book, sys.stdout)


if __name__ == "__main__":
    if sys.argv[1:2] == ["supports"]:
        sys.exit(sys.argv[2:] != ["html"])
    main()
