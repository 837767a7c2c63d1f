"""Texts and emails through GOV.UK Notify's own protocol."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from agent.errors import MessageRejectedError, MessageUnavailableError
from agent.notifier import GovUkNotify, NoNotifier
from tests.agent.notify_server import API_KEY, SERVICE, TEMPLATE, NotifyServer, notify


@pytest.fixture
async def server() -> AsyncIterator[NotifyServer]:
    async with notify() as running:
        yield running


async def send(
    server: NotifyServer, to: str = "07700 900123", *, template: str = TEMPLATE, again: bool = False, key: str = API_KEY
) -> str:
    notifier = GovUkNotify(key, base_url=server.url, timeout=5)
    return await notifier.send(to, template, {"link": "bins"}, key="call-1:1:message", again=again)


async def test_a_text_and_an_email_go_out_with_their_reference(server: NotifyServer) -> None:
    await send(server)
    await send(server, "resident@ashcombe.example")
    assert [(sent["to"], sent["reference"]) for sent in server.sent] == [
        ("07700 900123", "call-1:1:message"),
        ("resident@ashcombe.example", "call-1:1:message"),
    ]
    assert server.sent[0]["personalisation"] == {"link": "bins"}


async def test_what_may_have_been_sent_is_looked_for_first(server: NotifyServer) -> None:
    first = await send(server)
    assert await send(server, again=True) == first
    assert len(server.sent) == 1


async def test_what_was_never_sent_is_sent_again(server: NotifyServer) -> None:
    await send(server, again=True)
    assert len(server.sent) == 1


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_busy_or_failing_notify_is_tried_later(server: NotifyServer, status: int) -> None:
    server.fail_next = [status]
    with pytest.raises(MessageUnavailableError) as told:
        await send(server)
    assert told.value.retryable


async def test_a_lost_answer_is_tried_later(server: NotifyServer) -> None:
    server.lose_answers = 1
    with pytest.raises(MessageUnavailableError):
        await send(server)


async def test_a_wrong_key_is_put_right_by_a_person_not_given_up(server: NotifyServer) -> None:
    wrong = f"townline_test-{SERVICE}-00000000-0000-0000-0000-000000000000"
    with pytest.raises(MessageUnavailableError):
        await send(server, key=wrong)


@pytest.mark.parametrize(("to", "template"), [("not a number", TEMPLATE), ("07700 900123", SERVICE)])
async def test_a_wrong_number_or_template_is_refused_for_good(server: NotifyServer, to: str, template: str) -> None:
    with pytest.raises(MessageRejectedError) as told:
        await send(server, to, template=template)
    assert not told.value.retryable


async def test_a_notify_that_is_not_there_is_tried_later() -> None:
    notifier = GovUkNotify(API_KEY, base_url="http://127.0.0.1:9", timeout=2)
    with pytest.raises(MessageUnavailableError):
        await notifier.send("07700 900123", TEMPLATE, {}, key="k", again=False)


async def test_without_a_message_service_every_message_is_refused() -> None:
    with pytest.raises(MessageRejectedError):
        await NoNotifier().send("07700 900123", TEMPLATE, {}, key="k", again=False)
