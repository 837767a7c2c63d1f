"""Actions in this process and on a real Rasa action server answer alike; a bad server is an error, never a hang."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from aiohttp import web

from agent.actions.runner import ActionResult, ActionRunner
from agent.errors import ActionRejectedError, ActionUnavailableError
from tests.agent.action_server import ActionServer, free_port, serving

COUNCIL = "tests.agent.council_server"


@pytest.fixture(scope="module")
def council_server() -> Iterator[ActionServer]:
    with serving(COUNCIL) as server:
        yield server


@pytest.fixture(params=["in process", "remote"])
async def runner(request: pytest.FixtureRequest) -> AsyncIterator[ActionRunner]:
    if request.param == "remote":
        opened = ActionRunner.remote(request.getfixturevalue("council_server").url)
    else:
        opened = ActionRunner.in_process(package=COUNCIL)
    async with opened as ready:
        yield ready


async def run(runner: ActionRunner, name: str, deadline: float = 20) -> ActionResult:
    return await runner.run(name, slots={"word": "hello"}, call_id="call-1", deadline=deadline)


async def test_slots_go_in_and_come_out_as_outcome_and_facts(runner: ActionRunner) -> None:
    assert await run(runner, "action_echo") == ActionResult("heard", {"word": "hello", "count": "3"})


async def test_an_action_that_sets_no_outcome_is_ok(runner: ActionRunner) -> None:
    assert await run(runner, "action_silent") == ActionResult("ok", {})


async def test_a_slow_action_is_given_up_at_its_deadline(runner: ActionRunner) -> None:
    with pytest.raises(ActionUnavailableError, match="did not answer") as told:
        await run(runner, "action_slow", deadline=0.2)
    assert told.value.retryable


async def test_a_failing_action_is_unavailable(runner: ActionRunner) -> None:
    with pytest.raises(ActionUnavailableError):
        await run(runner, "action_broken")


async def test_an_unknown_action_is_unavailable(runner: ActionRunner) -> None:
    with pytest.raises(ActionUnavailableError):
        await run(runner, "action_nobody_wrote")


async def test_a_refusing_action_is_rejected_for_good(runner: ActionRunner) -> None:
    with pytest.raises(ActionRejectedError) as told:
        await run(runner, "action_refusing")
    assert not told.value.retryable


async def test_a_killed_server_is_unavailable_and_back_when_it_is_back() -> None:
    port = free_port()
    with serving(COUNCIL, port) as server:
        async with ActionRunner.remote(server.url.removesuffix("/webhook")) as runner:
            assert (await run(runner, "action_echo")).outcome == "heard"
            server.kill()
            with pytest.raises(ActionUnavailableError):
                await run(runner, "action_echo")
            with serving(COUNCIL, port):
                assert (await run(runner, "action_echo")).outcome == "heard"


async def test_a_server_killed_in_the_middle_of_an_action_is_unavailable() -> None:
    with serving(COUNCIL) as server:
        async with ActionRunner.remote(server.url) as runner:
            waiting = asyncio.create_task(run(runner, "action_slow"))
            await asyncio.sleep(0.3)
            server.kill()
            with pytest.raises(ActionUnavailableError):
                await waiting


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b"<html>It works!</html>"),
        (200, b""),
        (200, b"null"),
        (200, b"[]"),
        (200, b'{"events": "none"}'),
        (200, b'{"events": [{"name": "x"}]}'),
        (200, b"\xff\xfe\x00"),
        (200, b'{"events": [' + b" " * 2_000_000),
        (302, b""),
        (404, b""),
        (500, b"oops"),
        (503, b""),
    ],
)
async def test_garbage_is_unavailable(status: int, body: bytes) -> None:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(status=status, body=body, headers={"Location": "/elsewhere"} if status == 302 else {})

    app = web.Application()
    app.router.add_post("/webhook", answer)
    site = web.AppRunner(app)
    await site.setup()
    port = free_port()
    await web.TCPSite(site, "127.0.0.1", port).start()
    try:
        async with ActionRunner.remote(f"http://127.0.0.1:{port}") as runner:
            with pytest.raises(ActionUnavailableError):
                await run(runner, "action_echo")
    finally:
        await site.cleanup()


async def test_ashcombes_own_actions_work_on_a_remote_server_too(tmp_path: Path) -> None:
    with serving("agent.actions", TOWNLINE_BACK_OFFICE=str(tmp_path / "office.sqlite")) as server:
        async with ActionRunner.remote(server.url) as runner:
            slots = {"address": "100900000028", "today": "2026-11-23"}
            result = await runner.run("action_check_next_collection", slots=slots, call_id="call-1", deadline=20)
            assert result.facts["next_date"] == "2026-11-30"
