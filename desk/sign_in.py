"""Signing in and out, and the first start, when the passwords are set with the code from the terminal."""

from __future__ import annotations

import secrets
from urllib.parse import urlsplit

from aiohttp import web

from agent.records import Role
from desk.access import STORE, field, needs
from desk.attempts import Attempts
from desk.pages import page
from desk.sessions import SESSION, SESSIONS, Session, same

SET_UP_CODE = web.AppKey("set_up_code", str)
ATTEMPTS = web.AppKey("attempts", Attempts)
SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200
WRONG = "That password is not right."
WAIT = "There were too many wrong passwords. Wait 15 minutes, then try again."


def new_set_up_code() -> str:
    """A code that is read off a terminal: eight digits in two groups."""
    digits = f"{secrets.randbelow(10**8):08d}"
    return f"{digits[:4]}-{digits[4:]}"


async def show(request: web.Request) -> web.Response:
    """`GET /sign-in`: the sign-in form, or the set-up form as long as no password was set."""
    if await request.app[STORE].has_password("admin"):
        return _form(request)
    return page(request, "set_up.html", problems={})


def _form(
    request: web.Request, problem: str = "", status: int = 200, name: str = "", role: str = "staff"
) -> web.Response:
    wanted = _local(request.query.get("next", ""))
    return page(request, "sign_in.html", status=status, problem=problem, wanted=wanted, name=name, role=role)


async def sign_in(request: web.Request) -> web.Response:
    """`POST /sign-in`: check the password and begin a session."""
    name, role = await field(request, "name"), await field(request, "role")
    attempts, address = request.app[ATTEMPTS], request.remote or ""
    if attempts.blocked(address):
        return _form(request, WAIT, 429, name, role)
    if not name or len(name) > 80:
        return _form(request, "Enter your name.", 422, name, role)
    if not await request.app[STORE].verify(_role(role), str((await request.post()).get("password", ""))):
        attempts.failed(address)
        return _form(request, WRONG, 403, name, role)
    attempts.succeeded(address)
    return _welcome(request, _role(role), name, _local(request.query.get("next", "")))


async def set_up(request: web.Request) -> web.Response:
    """`POST /set-up`: set both passwords, once, with the code that the terminal showed."""
    store, attempts, address = request.app[STORE], request.app[ATTEMPTS], request.remote or ""
    if await store.has_password("admin"):
        raise web.HTTPForbidden
    problems = await _set_up_problems(request)
    if attempts.blocked(address):
        problems = {"code": WAIT}
    elif "code" in problems:
        attempts.failed(address)
    if problems:
        return page(request, "set_up.html", status=422, problems=problems)
    # The admin's password last: until it is there, the set-up can be repeated.
    await store.set_password("staff", await field(request, "staff_password"))
    await store.set_password("admin", await field(request, "admin_password"))
    return _welcome(request, "admin", await field(request, "name"), "/admin")


async def _set_up_problems(request: web.Request) -> dict[str, str]:
    problems: dict[str, str] = {}
    if not same(await field(request, "code"), request.app[SET_UP_CODE]):
        problems["code"] = "That is not the code that the terminal shows."
    if not await field(request, "name"):
        problems["name"] = "Enter your name."
    for role in ("admin", "staff"):
        problem = password_problem(await field(request, f"{role}_password"))
        if problem:
            problems[f"{role}_password"] = problem
    return problems


def password_problem(password: str) -> str:
    """What is wrong with a new password; empty when nothing is."""
    if len(password) < SHORTEST_PASSWORD:
        return f"Use at least {SHORTEST_PASSWORD} characters."
    if len(password) > LONGEST_PASSWORD:
        return f"Use at most {LONGEST_PASSWORD} characters."
    return ""


def _welcome(request: web.Request, role: Role, name: str, wanted: str) -> web.Response:
    response = web.Response(status=303, headers={"Location": wanted or ("/admin" if role == "admin" else "/desk")})
    box = request.app[SESSIONS]
    box.write(request, response, box.begin(role, name))
    return response


async def sign_out(request: web.Request) -> web.Response:
    """`POST /sign-out`: end the session in this browser."""
    response = web.Response(status=303, headers={"Location": "/sign-in"})
    request.app[SESSIONS].write(request, response, Session())
    return response


async def show_passwords(request: web.Request) -> web.Response:
    """`GET /admin/passwords`: change a role's password."""
    return page(request, "passwords.html", problems={}, done="")


async def change_password(request: web.Request) -> web.Response:
    """`POST /admin/passwords`: set a role's password; everybody signed in with the old one is signed out."""
    role, password = _role(await field(request, "role")), await field(request, "password")
    problem = password_problem(password)
    if problem:
        return page(request, "passwords.html", status=422, problems={"password": problem}, done="")
    await request.app[STORE].set_password(role, password)
    response = page(request, "passwords.html", problems={}, done=role)
    if role == "admin":
        box = request.app[SESSIONS]
        box.write(request, response, box.begin("admin", request[SESSION].name))
    return response


def _role(text: str) -> Role:
    return "admin" if text == "admin" else "staff"


def _local(address: str) -> str:
    """The address when it is a path of this server; empty otherwise, so that nobody is sent elsewhere."""
    parts = urlsplit(address)
    local = address.startswith("/") and not address.startswith(("//", "/\\")) and not parts.netloc
    return address if local and address.isprintable() else ""


def add_routes(app: web.Application, set_up_code: str, attempts: Attempts) -> None:
    """Add the sign-in pages."""
    app[SET_UP_CODE], app[ATTEMPTS] = set_up_code, attempts
    app.router.add_get("/sign-in", show)
    app.router.add_post("/sign-in", sign_in)
    app.router.add_post("/set-up", set_up)
    app.router.add_post("/sign-out", sign_out)
    app.router.add_get("/admin/passwords", needs("admin", show_passwords))
    app.router.add_post("/admin/passwords", needs("admin", change_password))
