"""Published pages that an admin has to look at."""

from __future__ import annotations

import dataclasses

import pytest

from agent.publishing import Publisher
from agent.training import School
from intents.library import Library
from intents.pages import read_markdown
from tests.desk.conftest import ADMIN_PASSWORD, OpenBrowser, sign_in, violations
from tests.desk.visitor import Visitor

pytestmark = pytest.mark.usefixtures("passwords")

OLD = "---\ntitle: The pool\nurl: https://a.example/pool\nupdated: 2019-01-01\n---\nAn adult swim here costs £4.50.\n"
NEW = "---\ntitle: The pool\nurl: https://a.example/baths\n---\nAn adult swim here costs £6.20.\n"


async def test_old_undated_and_contradicting_pages_are_listed(
    visitor: Visitor, publisher: Publisher, monkeypatch: pytest.MonkeyPatch, school: School
) -> None:
    live = await publisher.active()
    passages = (*read_markdown(OLD, "old.md"), *read_markdown(NEW, "new.md"))
    read = dataclasses.replace(live, library=Library.of(passages, school.encoder))

    async def active() -> object:
        return read

    monkeypatch.setattr(publisher, "active", active)
    await visitor.sign_in("admin", ADMIN_PASSWORD)
    shown = (await visitor.open("/admin/pages")).text
    assert "2 pages are answered from" in shown
    assert "3 to look at" in shown
    for words in ("Out of date", "Without a date", "Contradicting", "£4.50", "https://a.example/baths"):
        assert words in shown


async def test_nobody_but_an_admin_sees_them(visitor: Visitor) -> None:
    assert (await visitor.open("/admin/pages")).status != 200


async def test_the_list_can_be_read_by_everybody(open_browser: OpenBrowser, address: str) -> None:
    page = await sign_in(await open_browser(), address, "admin")
    await page.goto(f"{address}/admin/pages")
    assert await violations(page) == []
