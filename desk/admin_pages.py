"""What an admin has to look at in published pages: old ones, undated ones, and those that contradict each other."""

from __future__ import annotations

import asyncio
import datetime as dt

from aiohttp import web

from desk.access import needs
from desk.admin import PUBLISHER
from desk.pages import page
from intents.knowledge import Knowledge
from intents.page_problems import STALE_DAYS, PageProblem, page_problems

_KINDS = {"stale": "Out of date", "undated": "Without a date", "contradiction": "Contradicting"}


async def listed(request: web.Request) -> web.Response:
    """`GET /admin/pages`: the problems of imported pages, and published answers whose page is old."""
    release = await request.app[PUBLISHER].active()
    before = (dt.datetime.now(dt.UTC).date() - dt.timedelta(days=STALE_DAYS)).isoformat()
    found: list[PageProblem] = []
    pages: set[str] = set()
    if release.library is not None:
        pages = {passage.source.url for passage in release.library.passages}
        found += await asyncio.to_thread(page_problems, release.library, before=before)
    old = Knowledge(release.services).older_than(before)
    answers = [(answer, release.services[answer.service].about.title) for answer in old]
    problems = [(_KINDS[problem.kind], problem) for problem in found]
    return page(request, "pages.html", pages=len(pages), problems=problems, answers=answers, days=STALE_DAYS)


def add_routes(app: web.Application) -> None:
    """Add the list."""
    app.router.add_get("/admin/pages", needs("admin", listed))
