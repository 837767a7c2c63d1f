"""The language model's tasks, asked of a server that replies as each example says."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from openai import AsyncOpenAI

from agent.llm.answers import Candidate, Chosen, Extracted, Line, NoAnswer, Phrased, Summary
from agent.llm.settings import Deadlines, Task
from agent.llm.tasks import LanguageModel
from tests.agent.openai_stub import Stub, openai_stub

BINS = (Candidate("missed_bin", "Missed bin", ("not emptied",)), Candidate("new_bin", "New bin"))
PASSAGE = "The tip on Quarry Road is open from 8am to 6pm on Monday to Friday. On Sunday it is open from 9am to 5pm."
CALL = (Line("line", "How can I help?"), Line("caller", "there's damp in number nine Mill Lane"))
WANTED = {"address": "the address", "bin": "which bin"}


@pytest.fixture
async def stub() -> AsyncIterator[Stub]:
    async with openai_stub() as server:
        yield server


def asking(stub: Stub, **options: object) -> LanguageModel:
    client = AsyncOpenAI(base_url=stub.url, api_key="k", max_retries=0)
    given: dict[str, object] = {"tasks": list(Task), **options}
    return LanguageModel(client, model="m", **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("reply", "answer"),
    [
        ("B", Chosen("new_bin")),
        (" a.", Chosen("missed_bin")),
        ("N", Chosen(None)),
        ("C", NoAnswer("unusable")),
        ("", NoAnswer("unusable")),
        ("?", NoAnswer("unusable")),
    ],
)
async def test_a_letter_chooses(stub: Stub, reply: str, answer: Chosen | NoAnswer) -> None:
    stub.reply = reply
    async with asking(stub) as model:
        assert await model.choose("somebody nicked it", BINS) == answer


@pytest.mark.parametrize(
    ("reply", "answer"),
    [
        ('{"address": "Nine, Mill Lane", "bin": ""}', Extracted({"address": "Nine, Mill Lane"})),
        ('{"address": "Nine Mill Lane QA1 4TB", "bin": "blue"}', Extracted({"bin": "blue"})),
        ('{"address": 9, "else": "blue"}', Extracted({})),
        ('["blue"]', NoAnswer("unusable")),
        ("the blue one", NoAnswer("unusable")),
    ],
)
async def test_only_what_was_said_is_extracted(stub: Stub, reply: str, answer: Extracted | NoAnswer) -> None:
    stub.reply = reply
    async with asking(stub) as model:
        assert await model.extract("it's nine Mill Lane and the blue bin", WANTED) == answer


@pytest.mark.parametrize("schemas", ["json_schema", "json_object"])
async def test_the_reply_is_bound_to_a_schema(stub: Stub, schemas: str) -> None:
    stub.reply = "{}"
    async with asking(stub, schemas=schemas) as model:
        await model.extract("the blue bin", WANTED)

    form = stub.asked[0]["response_format"]
    schema = form["json_schema"]["schema"] if schemas == "json_schema" else form["schema"]
    assert form["type"] == schemas
    assert schema["required"] == ["address", "bin"]
    assert schema["additionalProperties"] is False


async def test_an_answer_that_stands_in_the_passage_is_said(stub: Stub) -> None:
    stub.reply = "On Sunday it is open\nfrom 9am to 5pm."
    async with asking(stub) as model:
        assert await model.phrase("is it open", PASSAGE) == Phrased("On Sunday it is open from 9am to 5pm.", True)


@pytest.mark.parametrize("reply", ["On Sunday it is open from 8am to 6pm.", "On Sunday it is", "", "Go on. " * 40])
async def test_anything_else_is_the_passage_itself(stub: Stub, reply: str) -> None:
    stub.reply = reply
    async with asking(stub) as model:
        assert await model.phrase("is it open", PASSAGE) == Phrased(PASSAGE, False, "unusable")


async def test_a_note_for_the_adviser_holds_only_what_was_said(stub: Stub) -> None:
    stub.reply = "The caller reports damp at nine Mill Lane."
    async with asking(stub) as model:
        assert await model.summarise(CALL) == Summary(stub.reply)
        stub.reply = "Mrs Hartley of 12 Mill Lane reports damp."
        assert await model.summarise(CALL) == NoAnswer("unusable")


ASK: dict[str, Callable[[LanguageModel], Awaitable[object]]] = {
    "choose": lambda model: model.choose("it's gone", BINS),
    "extract": lambda model: model.extract("it's gone", WANTED),
    "phrase": lambda model: model.phrase("is it open", PASSAGE),
    "summarise": lambda model: model.summarise(CALL),
}


def why(answer: object) -> str | None:
    assert isinstance(answer, NoAnswer | Phrased)
    return answer.why


@pytest.mark.parametrize("task", ASK)
async def test_a_task_that_is_off_asks_nobody(stub: Stub, task: str) -> None:
    async with asking(stub, tasks=[]) as model:
        assert why(await ASK[task](model)) == "off"
    assert stub.asked == []


@pytest.mark.parametrize("task", ASK)
async def test_a_late_answer_is_not_waited_for(stub: Stub, task: str) -> None:
    """And the server sees that nobody waits any more, so it can take the next caller's question."""
    stub.hang = True
    short = Deadlines(choose=0.2, extract=0.2, phrase=0.2, summarise=0.2)
    async with asking(stub, deadlines=short) as model:
        assert why(await ASK[task](model)) == "late"
    await stub.given_up.wait()


@pytest.mark.parametrize("task", ASK)
async def test_a_server_that_fails_does_not_disturb_the_call(stub: Stub, task: str) -> None:
    stub.status = 500
    async with asking(stub) as model:
        assert why(await ASK[task](model)) == "failed"


@pytest.mark.parametrize("task", ASK)
async def test_nor_does_one_that_is_not_there(task: str) -> None:
    async with asking(Stub(url="http://127.0.0.1:9/v1")) as model:
        assert why(await ASK[task](model)) == "failed"
