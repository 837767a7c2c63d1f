from __future__ import annotations

from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer
from playwright.async_api import expect

from agent.records import Store
from tests.desk.conftest import ADMIN_PASSWORD, SET_UP_CODE, STAFF_PASSWORD, OpenBrowser, violations
from tests.desk.visitor import Visitor


async def test_the_first_start_sets_both_passwords_with_the_code_from_the_terminal(
    visitor: Visitor, store: Store
) -> None:
    page = await visitor.open("/sign-in")
    assert "First start" in page.text

    wrong = await visitor.post("/set-up", code="0000-0000", name="Ada", admin_password="short", staff_password="")
    assert wrong.status == 422
    assert "not the code" in wrong.text
    assert "at least 10 characters" in wrong.text

    done = await visitor.post(
        "/set-up", code=SET_UP_CODE, name="Ada", admin_password=ADMIN_PASSWORD, staff_password=STAFF_PASSWORD
    )
    assert (done.status, done.location) == (303, "/admin")
    assert await store.verify("admin", ADMIN_PASSWORD)
    assert await store.verify("staff", STAFF_PASSWORD)


@pytest.mark.usefixtures("passwords")
async def test_the_set_up_is_over_once_the_passwords_are_set(visitor: Visitor, store: Store) -> None:
    assert "Sign in" in (await visitor.open("/sign-in")).text
    again = await visitor.post(
        "/set-up", code=SET_UP_CODE, name="Eve", admin_password="another password", staff_password="another password"
    )
    assert again.status == 403
    assert await store.verify("admin", ADMIN_PASSWORD)


@pytest.mark.usefixtures("passwords")
async def test_staff_may_use_the_desk_but_not_admin(visitor: Visitor) -> None:
    assert (await visitor.open("/desk")).location == "/sign-in?next=/desk"
    signed_in = await visitor.sign_in("staff", STAFF_PASSWORD)
    assert (signed_in.status, signed_in.location) == (303, "/desk")
    assert (await visitor.open("/desk")).status == 200
    assert (await visitor.open("/admin")).status == 403
    assert (await visitor.open("/admin/passwords")).status == 403


@pytest.mark.usefixtures("passwords")
async def test_the_cookie_is_kept_from_scripts_and_other_sites(visitor: Visitor) -> None:
    signed_in = await visitor.sign_in("staff", STAFF_PASSWORD)
    cookie = signed_in.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert STAFF_PASSWORD not in cookie
    assert "staff" not in cookie


@pytest.mark.usefixtures("passwords")
async def test_five_wrong_passwords_and_the_right_one_has_to_wait(visitor: Visitor) -> None:
    for _ in range(5):
        assert (await visitor.sign_in("admin", "guess")).status == 403
    answer = await visitor.sign_in("admin", ADMIN_PASSWORD)
    assert answer.status == 429
    assert "Wait 15 minutes" in answer.text


@pytest.mark.usefixtures("passwords")
async def test_a_form_of_another_page_is_refused(visitor: Visitor) -> None:
    await visitor.open("/sign-in")
    visitor.token = "made up"
    assert (await visitor.post("/sign-in", name="Ada", role="staff", password=STAFF_PASSWORD)).status == 403


@pytest.mark.usefixtures("passwords")
async def test_nobody_is_sent_to_another_site_after_signing_in(visitor: Visitor) -> None:
    for address in ("https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere.example"):
        answer = await visitor.sign_in("staff", STAFF_PASSWORD, wanted=address)
        assert answer.location == "/desk"


@pytest.mark.usefixtures("passwords")
async def test_a_changed_password_ends_the_sessions_that_used_the_old_one(visitor: Visitor, store: Store) -> None:
    await visitor.sign_in("staff", STAFF_PASSWORD)
    assert (await visitor.open("/desk")).status == 200
    await store.set_password("staff", "another kettle entirely")
    assert (await visitor.open("/desk")).location == "/sign-in?next=/desk"


@pytest.mark.usefixtures("passwords")
async def test_signing_out_ends_the_session(visitor: Visitor) -> None:
    await visitor.sign_in("admin", ADMIN_PASSWORD)
    await visitor.open("/")
    await visitor.post("/sign-out")
    assert (await visitor.open("/admin")).location == "/sign-in?next=/admin"


async def test_every_answer_carries_the_security_headers(visitor: Visitor) -> None:
    answer = await visitor.open("/")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_the_key_that_seals_sessions_is_for_this_user_only(server: TestServer, tmp_path: Path) -> None:
    assert (tmp_path / "session.key").stat().st_mode & 0o077 == 0


@pytest.mark.usefixtures("passwords")
async def test_signing_in_works_with_the_keyboard_and_a_screen_reader(open_browser: OpenBrowser, address: str) -> None:
    page = await (await open_browser()).new_page()
    await page.goto(f"{address}/admin/passwords")
    assert await violations(page) == []
    await page.get_by_label("Admin").focus()
    await page.keyboard.press("Space")
    await page.keyboard.press("Tab")
    await page.keyboard.type("Ada")
    await page.keyboard.press("Tab")
    await page.keyboard.type("wrong")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("That password is not right.")
    assert await violations(page) == []

    await page.get_by_label("Password").fill(ADMIN_PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Change a password")).to_be_visible()
    assert await violations(page) == []
