"""Answers in the council's own words, in real calls that are typed: where they stand is kept, and none is made up."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from agent import models
from agent.actions.runner import ActionRunner
from agent.records import Store
from agent.settings import ROOT
from agent.state import Phase
from intents.encoder import Encoder
from intents.library import Library
from intents.pages import read_folder
from tests.agent.typed_call import FRIDAY_MORNING, TypedCall, typed_call


@pytest.fixture(scope="module")
def library() -> Library:
    return Library.of(read_folder(ROOT / "intents" / "ashcombe" / "pages"), Encoder(models.path("minilm")))


@pytest.fixture
async def call(tmp_path: Path, library: Library) -> AsyncIterator[TypedCall]:
    async with (
        Store.open(f"sqlite:///{tmp_path / 'line.db'}", owner="line", clock=lambda: FRIDAY_MORNING) as store,
        ActionRunner.in_process(database=tmp_path / "office.db") as runner,
        typed_call(store, runner) as call,
    ):
        call.conversation.release = replace(call.conversation.release, library=library)
        await call.rings()
        yield call


async def test_a_page_is_answered_from_and_stands_in_the_record_with_its_date(call: TypedCall) -> None:
    assert "£5.20" in await call.says("how much is an adult swim at the baths")
    kept = [turn.decision or "" for turn in await call.store.turns("call-1")]
    assert "2026-09-14, https://www.ashcombe.example/leisure/swimming" in kept[-1]


async def test_what_nothing_answers_is_said_and_a_person_is_offered(call: TypedCall) -> None:
    reply = await call.says("how long does it take to learn the violin")
    assert "I don't have that" in reply
    assert not call.fetched
    await call.says("yes please")
    assert call.conversation.state.phase is Phase.PERSON
    assert call.fetched


async def test_who_does_not_want_the_person_goes_on(call: TypedCall) -> None:
    await call.says("how long does it take to learn the violin")
    assert "Where is it" in await call.says("no, there's a big pothole in the road")
