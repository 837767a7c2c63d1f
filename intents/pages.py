"""What the council has published, page by page, from Markdown, HTML or a sitemap, cut into passages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bs4 import BeautifulSoup, Tag
from markdown_it import MarkdownIt

from intents.errors import IntentsError
from intents.service import Source

SUFFIXES = (".md", ".markdown", ".html", ".htm")
LONGEST = 90
"""Words of a passage; a longer paragraph is cut between its sentences."""
_SHORTEST = 4

_FRONT = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
_FIELD = re.compile(r"^(title|url|updated):\s*[\"']?(.*?)[\"']?\s*$", re.MULTILINE)
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z£\d])")
_APART = ("script", "style", "nav", "header", "footer", "aside", "form", "noscript", "template")
_BLOCKS = ("h1", "h2", "h3", "h4", "p", "li", "dt", "dd", "td")
_DATES = ("dcterms.modified", "DCTERMS.modified", "article:modified_time", "last-modified", "updated")


class PageError(IntentsError):
    """A folder or a page cannot be read; the message says which and why."""

    code = "page"


@dataclass(frozen=True, slots=True)
class Passage:
    """A few sentences under one heading. `text` is plain; `source.updated` is empty where no date is known."""

    heading: str
    text: str
    source: Source

    @property
    def indexed(self) -> str:
        """What is searched: the page's title, the heading and the text."""
        return f"{self.source.title}. {self.heading}. {self.text}"


def read_folder(folder: Path) -> tuple[Passage, ...]:
    """The passages of every Markdown and HTML file below `folder`; raises `PageError`."""
    files = sorted(file for file in folder.rglob("*") if file.suffix.lower() in SUFFIXES)
    if not files:
        raise PageError(f"{folder}: expected a folder with pages ({', '.join(SUFFIXES)})")
    passages: list[Passage] = []
    for file in files:
        try:
            text = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise PageError(f"{file}: cannot be read as UTF-8 text: {error}") from error
        name = str(file.relative_to(folder))
        passages += read_html(text, name) if file.suffix.lower().startswith(".htm") else read_markdown(text, name)
    return tuple(passages)


def read_markdown(text: str, name: str) -> tuple[Passage, ...]:
    """The passages of a Markdown page; `title`, `url` and `updated` stand in its front matter."""
    front = _FRONT.match(text)
    fields = dict(_FIELD.findall(front.group(1))) if front else {}
    html = MarkdownIt("commonmark").enable("table").render(text[front.end() :] if front else text)
    return _passages(BeautifulSoup(html, "html.parser"), name, fields)


def read_html(text: str, name: str, updated: str = "") -> tuple[Passage, ...]:
    """The passages of an HTML page; `name` is its address unless it states a canonical one."""
    page = BeautifulSoup(text, "html.parser")
    fields = {"updated": _updated(page) or updated}
    canonical = page.find("link", rel="canonical")
    if isinstance(canonical, Tag) and canonical.get("href"):
        fields["url"] = str(canonical["href"])
    if page.title and page.title.string:
        fields["title"] = re.split(r"\s+[|–-]\s+", page.title.string.strip())[0]
    for part in page(_APART):
        part.decompose()
    return _passages(page.find("main") or page.body or page, name, fields)


def sentences(text: str) -> list[str]:
    """The sentences of a passage."""
    return [sentence.strip() for sentence in _SENTENCE.split(text) if sentence.strip()]


def _updated(page: BeautifulSoup) -> str:
    for name in _DATES:
        meta = page.find("meta", attrs={"name": name}) or page.find("meta", attrs={"property": name})
        if isinstance(meta, Tag) and (found := _ISO_DATE.search(str(meta.get("content", "")))):
            return found.group()
    time = page.find("time", attrs={"datetime": True})
    found = _ISO_DATE.search(str(time["datetime"])) if isinstance(time, Tag) else None
    return found.group() if found else ""


def _passages(page: Tag, name: str, fields: dict[str, str]) -> tuple[Passage, ...]:
    first = page.find("h1")
    title = fields.get("title") or (_plain(first) if isinstance(first, Tag) else "") or Path(name).stem
    source = Source(title=title, url=fields.get("url") or name, updated=fields.get("updated", ""))
    return tuple(Passage(heading, text, source) for heading, text in _pieces(page, title))


def _pieces(page: Tag, title: str) -> Iterator[tuple[str, str]]:
    """Heading and text of each passage: neighbouring blocks under one heading together, up to `LONGEST` words."""
    heading, held = title, ""
    for block in page.find_all(_BLOCKS):
        if not isinstance(block, Tag) or block.find(_BLOCKS):
            continue
        text = _plain(block)
        if block.name in ("h1", "h2", "h3", "h4"):
            yield from _whole(heading, held)
            heading, held = text or heading, ""
            continue
        for sentence in sentences(text if re.search(r"[.!?:]$", text) else f"{text}."):
            if held and len(held.split()) + len(sentence.split()) > LONGEST:
                yield from _whole(heading, held)
                held = ""
            held = f"{held} {sentence}".strip()
    yield from _whole(heading, held)


def _whole(heading: str, text: str) -> Iterator[tuple[str, str]]:
    if len(text.split()) >= _SHORTEST:
        yield heading, text


def _plain(block: Tag) -> str:
    return " ".join(block.get_text(" ").split()).replace(" .", ".").replace(" ,", ",")
