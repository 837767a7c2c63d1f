"""The draft: what changed, what the checks say, what it would understand, and publishing it."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from agent.decision import Listening
from agent.publishing import BrokenDraftError
from agent.state import CallState
from desk.access import field, needs
from desk.admin import PUBLISHER
from desk.differences import differences
from desk.pages import page
from desk.sessions import SESSION
from intents.understanding import Understanding

ZONE = web.AppKey("zone", ZoneInfo)
LONGEST_NOTE = 200


async def show(request: web.Request) -> web.Response:
    """`GET /admin/draft`."""
    return await _draft(request)


async def _draft(request: web.Request, *, status: int = 200, **values: Any) -> web.Response:
    publisher = request.app[PUBLISHER]
    published, draft = await publisher.published(), await publisher.documents()
    shown: dict[str, Any] = {"note": "", "note_problem": "", "tried": "", "understood": None, "danger": None, **values}
    return page(
        request,
        "draft.html",
        status=status,
        number=(await publisher.active()).number,
        differences=differences(published, draft),
        problems=await publisher.problems(),
        training=await publisher.training(),
        findings=await publisher.findings(),
        **shown,
    )


async def train(request: web.Request) -> web.Response:
    """`POST /admin/draft/train`: begin training; the page follows it."""
    await request.app[PUBLISHER].train()
    raise web.HTTPSeeOther("/admin/draft#training")


async def training(request: web.Request) -> web.Response:
    """`GET /admin/draft/training`: how training stands, as JSON."""
    found = await request.app[PUBLISHER].training()
    return web.json_response({"state": found.state, "stale": found.stale})


async def attempt(request: web.Request) -> web.Response:
    """`POST /admin/draft/try`: what the draft, as it was last trained, makes of an utterance."""
    text = (await field(request, "text"))[:500]
    draft = await request.app[PUBLISHER].draft()
    today = dt.datetime.now(request.app[ZONE]).date()
    understood = draft.understand(text, CallState(call_id="try", release=draft.number), Listening(), today)
    danger = draft.safety.check(text)
    titles = {service.id: service.about.title for service in draft.services.values()}
    return await _draft(request, tried=text, understood=_shown(understood, titles), danger=danger)


def _shown(understood: Understanding, titles: dict[str, str]) -> dict[str, Any]:
    return {
        "guesses": [(titles.get(g.intent, g.intent), round(g.probability * 100)) for g in understood.guesses[:3]],
        "out_of_scope": round(understood.out_of_scope * 100),
        "also": [titles.get(guess.intent, guess.intent) for guess in understood.also],
        "values": [(value.entity, value.spoken, round(value.probability * 100)) for value in understood.values],
    }


async def publish(request: web.Request) -> web.Response:
    """`POST /admin/draft/publish`: make the draft the next release."""
    note = await field(request, "note")
    if not note or len(note) > LONGEST_NOTE:
        problem = f"Say in at most {LONGEST_NOTE} characters what changed."
        return await _draft(request, status=422, note=note, note_problem=problem)
    try:
        number = await request.app[PUBLISHER].publish(note, request[SESSION].name)
    except BrokenDraftError:
        return await _draft(request, status=422, note=note)
    raise web.HTTPSeeOther(f"/admin/releases?published={number}")


async def releases(request: web.Request) -> web.Response:
    """`GET /admin/releases`: all releases, newest first."""
    known = await request.app[PUBLISHER].releases()
    numbers = {str(release.number) for release in known}
    published, back = (request.query.get(name, "") for name in ("published", "back"))
    return page(
        request,
        "releases.html",
        releases=known,
        published=published if published in numbers else "",
        back=back if back in numbers else "",
    )


async def release(request: web.Request) -> web.Response:
    """`GET /admin/releases/{number}`: what this release changed, and how it differs from the live one."""
    publisher, number = request.app[PUBLISHER], int(request.match_info["number"])
    known = {note.number: note for note in await publisher.releases()}
    if number not in known:
        raise web.HTTPNotFound
    documents = await publisher.published(number)
    before = await publisher.published(number - 1) if number - 1 in known else {}
    live = await publisher.published()
    return page(
        request,
        "release.html",
        release=known[number],
        changed=differences(before, documents) if before else None,
        from_live=() if known[number].active else differences(live, documents),
    )


async def go_back(request: web.Request) -> web.Response:
    """`POST /admin/releases/{number}/activate`: the next call uses this release."""
    number = int(request.match_info["number"])
    if number not in {note.number for note in await request.app[PUBLISHER].releases()}:
        raise web.HTTPNotFound
    await request.app[PUBLISHER].go_back(number)
    raise web.HTTPSeeOther(f"/admin/releases?back={number}")


def add_routes(app: web.Application, zone: ZoneInfo) -> None:
    """Add the pages of the draft and of the releases."""
    app[ZONE] = zone
    for path, handler in (
        ("/admin/draft", show),
        ("/admin/draft/training", training),
        ("/admin/releases", releases),
        (r"/admin/releases/{number:\d{1,9}}", release),
    ):
        app.router.add_get(path, needs("admin", handler))
    for path, handler in (
        ("/admin/draft/train", train),
        ("/admin/draft/try", attempt),
        ("/admin/draft/publish", publish),
        (r"/admin/releases/{number:\d{1,9}}/activate", go_back),
    ):
        app.router.add_post(path, needs("admin", handler))
