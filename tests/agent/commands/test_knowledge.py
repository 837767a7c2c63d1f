"""Importing pages and asking them, on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from typer.testing import CliRunner

from agent.cli import app
from agent.sitemap import read_sitemap
from intents.pages import PageError

PAGE = """<html><head><title>{title} | Testham</title></head><body><nav>Home Contact us today</nav>
<main><h1>{title}</h1><p>{text}</p></main></body></html>"""


def test_pages_are_imported_asked_and_looked_through(tmp_path: Path) -> None:
    (tmp_path / "pool.md").write_text(
        "---\ntitle: The pool\nurl: https://testham.example/pool\nupdated: 2019-01-01\n---\n# The pool\n\n"
        "An adult swim costs £4.50 and the pool opens at 7am.\n"
    )
    (tmp_path / "pool.html").write_text(PAGE.format(title="The pool", text="An adult swim in the pool costs £6.20."))
    cli = CliRunner()
    imported = cli.invoke(app, ["knowledge", "import", str(tmp_path)])
    assert imported.exit_code == 0, imported.output
    assert "2 passages of 2 pages" in imported.stdout

    kinds = {json.loads(line)["kind"] for line in cli.invoke(app, ["knowledge", "check", "--json"]).stdout.splitlines()}
    assert kinds == {"stale", "undated", "contradiction"}
    answer = json.loads(cli.invoke(app, ["knowledge", "ask", "what does an adult swim cost", "--json"]).stdout)
    assert "£" in answer["answer"]
    none = json.loads(cli.invoke(app, ["knowledge", "ask", "who won the cricket", "--json"]).stdout)
    assert none == {"answer": None}


def test_a_folder_without_pages_is_named(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["knowledge", "import", str(tmp_path)])
    assert result.exit_code == 1
    assert "expected a folder with pages" in result.stderr


async def test_a_sitemap_is_followed_and_what_is_gone_is_left_out() -> None:
    async def page(request: web.Request) -> web.Response:
        if request.path == "/gone":
            raise web.HTTPNotFound
        text = PAGE.format(title="Busking", text="You may play in the street until eight at night.")
        return web.Response(text=text, content_type="text/html")

    async def sitemap(request: web.Request) -> web.Response:
        at = f"http://{request.host}"
        entries = (
            f"<url><loc>{at}/busking</loc><lastmod>2026-03-01T10:00</lastmod></url><url><loc>{at}/gone</loc></url>"
        )
        return web.Response(text=f"<urlset>{entries}<url><loc>http://elsewhere.example/x</loc></url></urlset>")

    site = web.Application()
    site.add_routes([web.get("/sitemap.xml", sitemap), web.get("/{page}", page)])
    told: list[str] = []
    async with TestServer(site) as server:
        passages = await read_sitemap(str(server.make_url("/sitemap.xml")), told.append)
        with pytest.raises(PageError, match="expected a sitemap"):
            await read_sitemap(str(server.make_url("/busking")))
    assert [(p.source.title, p.source.updated) for p in passages] == [("Busking", "2026-03-01")]
    assert "today" not in passages[0].text
    assert len(told) == 1
