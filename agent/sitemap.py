"""A council's website, read through its sitemap."""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp

from intents.pages import PageError, Passage, read_html

MOST_PAGES = 2_000
AT_ONCE = 4
"""A council's own website is not to notice that it is read."""
SECONDS = 20
_LARGEST = 5_000_000
_AGENT = {"User-Agent": "Townline knowledge import"}

_ENTRY = re.compile(r"<(url|sitemap)>(.*?)</\1>", re.DOTALL)
_LOC = re.compile(r"<loc>\s*(.*?)\s*</loc>", re.DOTALL)
_LASTMOD = re.compile(r"<lastmod>\s*(\d{4}-\d{2}-\d{2})")

Progress = Callable[[str], None]


async def read_sitemap(place: str, progress: Progress = lambda _: None) -> tuple[Passage, ...]:
    """The passages of every page of a sitemap (an address or a file), one level of nested sitemaps included.

    Pages of other hosts are left out, and those that cannot be fetched are told and left out. Raises `PageError`.
    """
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SECONDS), headers=_AGENT) as session:
        pages: dict[str, str] = {}
        for kind, address, updated in await _entries(session, place):
            nested = await _entries(session, address) if kind == "sitemap" else [(kind, address, updated)]
            pages |= {page: day for what, page, day in nested if what == "url"}
        hosts = {urlsplit(place).hostname} if "://" in place else {urlsplit(next(iter(pages), "")).hostname}
        own = [(page, day) for page, day in pages.items() if urlsplit(page).hostname in hosts][:MOST_PAGES]
        if not own:
            raise PageError(f"{place}: expected a sitemap with pages (<url><loc>…)")
        slots = asyncio.Semaphore(AT_ONCE)
        found = await asyncio.gather(*(_page(session, slots, page, day, progress) for page, day in own))
    return tuple(passage for passages in found for passage in passages)


async def _entries(session: aiohttp.ClientSession, place: str) -> list[tuple[str, str, str]]:
    try:
        text = await _get(session, place) if "://" in place else await asyncio.to_thread(Path(place).read_text, "utf-8")
    except (aiohttp.ClientError, TimeoutError, OSError, UnicodeDecodeError) as error:
        raise PageError(f"{place}: the sitemap cannot be read: {error}") from error
    return list(_listed(text))


def _listed(text: str) -> Iterator[tuple[str, str, str]]:
    for kind, entry in _ENTRY.findall(text):
        if address := _LOC.search(entry):
            updated = _LASTMOD.search(entry)
            yield kind, html.unescape(address.group(1)), updated.group(1) if updated else ""


async def _page(
    session: aiohttp.ClientSession, slots: asyncio.Semaphore, address: str, updated: str, progress: Progress
) -> tuple[Passage, ...]:
    async with slots:
        try:
            return read_html(await _get(session, address), address, updated)
        except (aiohttp.ClientError, TimeoutError, UnicodeDecodeError, ValueError) as error:
            progress(f"left out {address}: {error}")
            return ()


async def _get(session: aiohttp.ClientSession, address: str) -> str:
    async with session.get(address, raise_for_status=True) as answer:
        if answer.content_length is not None and answer.content_length > _LARGEST:
            raise ValueError(f"{answer.content_length} bytes is more than a page")
        return await answer.text()
