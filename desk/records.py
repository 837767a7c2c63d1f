"""What the desk looks after: call backs that are due, cases, and deliveries that did not arrive."""

from __future__ import annotations

import datetime as dt

from aiohttp import web

from agent.errors import NotOnRecordError
from agent.records.results import CallbackStatus, CaseStatus
from desk.access import STORE, field, needs
from desk.pages import page
from desk.sessions import SESSION

LONGEST_NOTE = 2000
SHOWN = 100
CALLBACK_STEPS: dict[str, CallbackStatus] = {"done": "done", "cancel": "cancelled", "undo": "booked"}
UNDO = {"done": "undo", "cancel": "undo", "tried": "untried"}
"""The step that takes another one back."""


async def callbacks(request: web.Request) -> web.Response:
    """`GET /desk/callbacks`: who is to be rung, the next one first."""
    store = request.app[STORE]
    booked, settled = await store.callbacks("booked"), await store.callbacks("done", "cancelled")
    step = request.query.get("step", "")
    last = next((c for c in (*booked, *settled) if step in UNDO and c.reference == request.query.get("last")), None)
    return page(
        request,
        "callbacks.html",
        booked=booked,
        settled=settled[::-1][:20],
        last=last,
        step=step,
        undo=UNDO,
        now=dt.datetime.now(dt.UTC),
    )


async def settle_callback(request: web.Request) -> web.Response:
    """`POST /desk/callbacks/{reference}`: done, no answer, not wanted any more, or any of these taken back."""
    store, reference, step = request.app[STORE], request.match_info["reference"], await field(request, "step")
    try:
        if step in ("tried", "untried"):
            await store.count_try(reference, 1 if step == "tried" else -1)
        elif step in CALLBACK_STEPS:
            await store.settle_callback(reference, CALLBACK_STEPS[step])
        else:
            raise web.HTTPBadRequest
    except NotOnRecordError as error:
        raise web.HTTPNotFound from error
    told = f"?last={reference}&step={step}" if step in UNDO else ""
    raise web.HTTPSeeOther(f"/desk/callbacks{told}")


async def cases(request: web.Request) -> web.Response:
    """`GET /desk/cases?reference=&open=`: the newest cases, or the one with this reference."""
    reference = request.query.get("reference", "").strip()
    problem = ""
    if reference:
        try:
            found = await request.app[STORE].case(reference)
        except NotOnRecordError:
            problem = f"There is no case {reference}."
        else:
            raise web.HTTPSeeOther(f"/desk/cases/{found.reference}")
    status: CaseStatus | None = "open" if request.query.get("show") != "all" else None
    shown = await request.app[STORE].cases(status=status, limit=SHOWN)
    return page(request, "cases.html", cases=shown, reference=reference, problem=problem, everything=status is None)


async def case(request: web.Request) -> web.Response:
    """`GET /desk/cases/{reference}`: one case, with the call it came from."""
    store = request.app[STORE]
    try:
        found = await store.case(request.match_info["reference"])
    except NotOnRecordError as error:
        raise web.HTTPNotFound from error
    turns = await store.turns(found.call_id) if found.call_id else ()
    return page(request, "case.html", case=found, turns=turns, now=dt.datetime.now(dt.UTC))


async def change_case(request: web.Request) -> web.Response:
    """`POST /desk/cases/{reference}`: add a note, close it, or say that it should never have been."""
    store, reference = request.app[STORE], request.match_info["reference"]
    author, text = request[SESSION].name, (await field(request, "text"))[:LONGEST_NOTE]
    try:
        match await field(request, "step"):
            case "note" if text:
                await store.note_on_case(reference, author=author, text=text)
            case "close":
                await store.close_case(reference, author=author, text=text or "closed")
            case "undo":
                await store.undo_case(reference, author=author, text=text or "opened by mistake")
    except NotOnRecordError as error:
        raise web.HTTPNotFound from error
    raise web.HTTPSeeOther(f"/desk/cases/{reference}")


async def deliveries(request: web.Request) -> web.Response:
    """`GET /desk/deliveries`: what did not reach another system or a resident's phone."""
    store = request.app[STORE]
    return page(request, "deliveries.html", stuck=await store.stuck(), alarms=await store.alarms())


async def deliver_again(request: web.Request) -> web.Response:
    """`POST /desk/deliveries/again`: try one once more, now."""
    try:
        await request.app[STORE].try_again(await field(request, "key"))
    except NotOnRecordError as error:
        raise web.HTTPNotFound from error
    raise web.HTTPSeeOther("/desk/deliveries")


async def clear_alarm(request: web.Request) -> web.Response:
    """`POST /desk/alarms/{id}`: somebody has looked at it."""
    await request.app[STORE].clear_alarm(int(request.match_info["id"]))
    raise web.HTTPSeeOther("/desk/deliveries")


def add_routes(app: web.Application) -> None:
    """Add the pages of the records."""
    reference = r"{reference:[A-Za-z0-9-]{1,30}}"
    app.router.add_get("/desk/callbacks", needs("staff", callbacks))
    app.router.add_post(f"/desk/callbacks/{reference}", needs("staff", settle_callback))
    app.router.add_get("/desk/cases", needs("staff", cases))
    app.router.add_get(f"/desk/cases/{reference}", needs("staff", case))
    app.router.add_post(f"/desk/cases/{reference}", needs("staff", change_case))
    app.router.add_get("/desk/deliveries", needs("staff", deliveries))
    app.router.add_post("/desk/deliveries/again", needs("staff", deliver_again))
    app.router.add_post(r"/desk/alarms/{id:\d{1,9}}", needs("staff", clear_alarm))
