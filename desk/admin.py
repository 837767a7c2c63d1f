"""The admin pages: which services there are, and one of them as a plain form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from agent.publishing import Publisher
from desk import service_form
from desk.access import needs
from desk.pages import page
from intents.service import Service

PUBLISHER = web.AppKey("publisher", Publisher)
HOURS = web.AppKey("hours", tuple[str, ...])
KINDS = {"complete": "Done on the line", "answer": "Answered", "route": "Put through"}
GROUPS = (
    ("about", "About the service"),
    ("answer", "What the line says"),
    ("questions", "Questions"),
    ("examples", "What people say"),
    ("words", "Other words for the choices"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list. `changed`: there are changes that are not published."""

    id: str
    title: str
    team: str
    kind: str
    changed: bool


async def listed(request: web.Request) -> web.Response:
    """`GET /admin?q=`: the services, those with `q` in title, team or id; beside them those of the directory."""
    publisher = request.app[PUBLISHER]
    release = await publisher.active()
    changed = publisher.edits.changed()
    wanted = request.query.get("q", "").strip()
    found = [service for service in release.services.values() if _fits(service, wanted)]
    found.sort(key=lambda service: service.about.title.casefold())
    rows = [
        Row(service.id, service.about.title, service.about.team, KINDS[service.about.kind], service.path in changed)
        for service in found
        if not service.listed
    ]
    known = [service.about for service in found if service.listed]
    teams = {team: [about for about in known if about.team == team] for team in sorted({about.team for about in known})}
    shown: dict[str, Any] = {"rows": rows, "teams": teams, "known": len(known), "wanted": wanted}
    return page(request, "services.html", number=release.number, changes=len(changed), **shown)


def _fits(service: Service, wanted: str) -> bool:
    about = service.about
    said = (about.title, about.team, service.id, *(about.aliases if service.listed else ()))
    return wanted.casefold() in " ".join(said).casefold()


async def edit(request: web.Request) -> web.Response:
    """`GET /admin/services/{id}`: the form, with what the checks say about it."""
    name, text = await _file(request)
    return await _form(request, name, text, saved="saved" in request.query)


async def save(request: web.Request) -> web.Response:
    """`POST /admin/services/{id}`: keep the changes in the draft; nothing is live before it is published."""
    name, text = await _file(request)
    publisher, posted = request.app[PUBLISHER], await request.post()
    values = {key: value for key, value in posted.items() if isinstance(value, str)}
    written = service_form.write(text, values)
    if written == (await publisher.published()).get(name):
        publisher.edits.drop(name)
    else:
        publisher.edits.save(name, written)
    raise web.HTTPSeeOther(f"/admin/services/{request.match_info['id']}?saved")


async def discard(request: web.Request) -> web.Response:
    """`POST /admin/services/{id}/discard`: throw this service's changes away."""
    name, _ = await _file(request)
    request.app[PUBLISHER].edits.drop(name)
    raise web.HTTPSeeOther("/admin/draft")


async def _form(request: web.Request, name: str, text: str, *, saved: bool) -> web.Response:
    publisher = request.app[PUBLISHER]
    problems = [problem for problem in await publisher.problems() if problem.startswith(f"{name}:")]
    fields = service_form.read(text)
    return page(
        request,
        "service.html",
        id=request.match_info["id"],
        title=next(field.value for field in fields if field.id == "title"),
        groups=[(label, [f for f in fields if f.group == group]) for group, label in GROUPS],
        hours=("always", *request.app[HOURS]),
        problems=problems,
        changed=name in publisher.edits.changed(),
        saved=saved,
    )


async def _file(request: web.Request) -> tuple[str, str]:
    """Name and text of the file of the service that the address names; 404 when there is none."""
    publisher = request.app[PUBLISHER]
    service = (await publisher.active()).services.get(request.match_info["id"])
    if service is None or service.listed:
        raise web.HTTPNotFound
    documents: Mapping[str, str] = await publisher.documents()
    return service.path, documents[service.path]


def add_routes(app: web.Application, publisher: Publisher, hours: tuple[str, ...]) -> None:
    """Add the list and the form; `hours` are the names of opening hours that a service may have."""
    app[PUBLISHER], app[HOURS] = publisher, hours
    app.router.add_get("/admin", needs("admin", listed))
    app.router.add_get("/admin/services/{id}", needs("admin", edit))
    app.router.add_post("/admin/services/{id}", needs("admin", save))
    app.router.add_post("/admin/services/{id}/discard", needs("admin", discard))
