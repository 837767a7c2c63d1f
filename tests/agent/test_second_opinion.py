"""The language model in a call: what it may change, and that nothing waits for it or needs it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

import pytest
from openai import AsyncOpenAI

from agent import models
from agent.actions.runner import ActionRunner
from agent.call import Call
from agent.confidence import LIMITS, Step, step_for_intent
from agent.errors import AgentError
from agent.fetching import Fetching
from agent.handoff import HandoffQueue
from agent.inputs import Spoke
from agent.llm.server import LlmServer
from agent.llm.settings import Deadlines, Task
from agent.llm.tasks import LanguageModel
from agent.records import Store
from agent.second_opinion import SecondOpinion, weighed
from agent.settings import ROOT
from agent.state import CallState, HandoffDraft, Phase, Recorded
from agent.turn import Plan
from intents.catalogue import Catalogue
from intents.entities.phrases import Act
from intents.service import Thresholds
from intents.understanding import Danger, Guess, PublishedAnswer, Understanding
from telephony.hours import Hours
from telephony.settings import HoursSettings
from tests.agent.conftest import Clock
from tests.agent.openai_stub import Stub, openai_stub
from tests.agent.typed_call import FRIDAY_MORNING, POTHOLE, SERVICES, TypedCall, typed_call
from voices.transcript import Heard, Unclear

DOUBT = (Guess("pothole", 0.45), Guess("street_light", 0.35), Guess("noise", 0.2))
STATE = CallState(call_id="c", release=1, phase=Phase.REQUEST)
SHORT = Deadlines(choose=0.3, extract=0.3, phrase=0.3, summarise=0.3)
PAGE = PublishedAnswer("The tip at Quarry Lane opens at 9am and closes at 5pm.", "The tip", "2026-01-05")


@asynccontextmanager
async def model(
    stub: Stub, tasks: Collection[Task] = tuple(Task), deadlines: Deadlines = Deadlines()
) -> AsyncIterator[LanguageModel]:
    client = AsyncOpenAI(base_url=stub.url, api_key="none", max_retries=0)
    async with LanguageModel(client, model="m", tasks=tasks, deadlines=deadlines) as opened:
        yield opened


@pytest.fixture
async def stub() -> AsyncIterator[Stub]:
    async with openai_stub() as running:
        yield running


@pytest.fixture(scope="module")
def services() -> Catalogue:
    every = Catalogue.load(ROOT / "intents" / "services").services
    return Catalogue({name: every[name] for name in SERVICES})


def spoke(guesses: tuple[Guess, ...] = DOUBT, **changed: object) -> Spoke:
    text = "it's gone again outside ours"
    found = {"transcript": Heard(text, 0.9), "understanding": Understanding(text, guesses), "act": Act.NONE, **changed}
    return Spoke(**found)  # type: ignore[arg-type]


def step(happened: Spoke) -> Step:
    understanding = happened.understanding
    return step_for_intent(understanding.guesses, understanding.out_of_scope, Thresholds(), LIMITS)


async def test_a_vote_for_the_likeliest_spares_the_question(stub: Stub, services: Catalogue) -> None:
    stub.reply = "A"
    async with model(stub) as language:
        after = await SecondOpinion(language, services.services).on(spoke(), STATE)
    assert step(spoke()) is Step.OFFER_TWO
    assert step(after) is Step.GO_ON
    assert after.understanding.guesses[0].intent == "pothole"
    assert "Pothole or road damage" in stub.asked[0]["messages"][1]["content"]


async def test_a_vote_for_the_unlikely_decides_nothing(stub: Stub, services: Catalogue) -> None:
    stub.reply = "C"
    async with model(stub) as language:
        after = await SecondOpinion(language, services.services).on(spoke(), STATE)
    assert after.understanding.guesses[0].intent == "noise"
    assert after.understanding.guesses[0].probability == pytest.approx(0.5)
    assert step(after) is not Step.GO_ON


async def test_none_of_these_makes_all_of_them_less_likely(stub: Stub, services: Catalogue) -> None:
    stub.reply = "N"
    async with model(stub) as language:
        after = await SecondOpinion(language, services.services).on(spoke(), STATE)
    assert [g.intent for g in after.understanding.guesses] == [g.intent for g in DOUBT]
    assert all(a.probability < b.probability for a, b in zip(after.understanding.guesses, DOUBT, strict=True))


def test_votes_keep_what_the_candidates_have_together() -> None:
    for chosen in ("pothole", "street_light", "noise"):
        after = weighed(list(DOUBT), chosen)
        assert sum(g.probability for g in after) == pytest.approx(1.0)
        assert max(g.probability for g in after) < 1


@pytest.mark.parametrize(
    "happened",
    [
        spoke((Guess("pothole", 0.9), Guess("noise", 0.1))),
        spoke((Guess("pothole", 0.2), Guess("noise", 0.1))),
        spoke((Guess("pothole", 0.5),)),
        spoke((Guess("not_a_service", 0.5), Guess("noise", 0.3))),
        spoke(()),
        spoke(act=Act.REPEAT),
        spoke(transcript=Unclear("it's gone", 0.2)),
        spoke(danger=Danger("fire", "Ring 999.", True, False, "fire", "fire")),
        spoke(understanding=Understanding("la la", DOUBT, out_of_scope=0.95)),
    ],
)
async def test_what_is_clear_or_hopeless_or_urgent_is_not_asked_about(
    stub: Stub, services: Catalogue, happened: Spoke
) -> None:
    async with model(stub) as language:
        assert await SecondOpinion(language, services.services).on(happened, STATE) is happened
    assert stub.asked == []


async def test_answers_in_a_form_are_not_asked_about(stub: Stub, services: Catalogue) -> None:
    in_a_form = STATE.model_copy(update={"phase": Phase.SLOT, "service": "noise"})
    async with model(stub) as language:
        await SecondOpinion(language, services.services).on(spoke(), in_a_form)
    assert stub.asked == []


async def test_a_task_that_was_not_shown_is_not_asked(stub: Stub, services: Catalogue) -> None:
    async with model(stub, tasks=(Task.SUMMARISE,)) as language:
        opinion = SecondOpinion(language, services.services)
        published = spoke(understanding=Understanding("the tip", DOUBT, 0.9, published=PAGE))
        assert await opinion.on(spoke(), STATE) == spoke()
        assert await opinion.on(published, STATE) is published
    assert stub.asked == []


@pytest.mark.parametrize("trouble", [{"hang": True}, {"status": 500}, {"reply": "Q"}])
async def test_a_model_in_trouble_changes_nothing(stub: Stub, services: Catalogue, trouble: dict[str, object]) -> None:
    for name, value in trouble.items():
        setattr(stub, name, value)
    async with model(stub, deadlines=SHORT) as language:
        happened = spoke()
        assert await SecondOpinion(language, services.services).on(happened, STATE) is happened


async def test_a_published_answer_is_put_shortly_and_never_otherwise(stub: Stub, services: Catalogue) -> None:
    asked = spoke(understanding=Understanding("when does the tip open", DOUBT, 0.9, published=PAGE))
    async with model(stub) as language:
        for reply, said in (
            ("The tip opens at 9am and closes at 5pm.", "The tip opens at 9am and closes at 5pm."),
            ("The tip opens at 8am.", PAGE.text),
        ):
            stub.reply = reply
            after = await SecondOpinion(language, services.services).on(asked, STATE)
            assert after.understanding.published is not None
            assert after.understanding.published.text == said


class TypedCaller:
    """As much of `agent.call.Call` as fetching a person needs."""

    def __init__(self, call: TypedCall) -> None:
        self.conversation = call.conversation
        self.said: list[Plan] = []

    def say(self, plan: Plan) -> None:
        self.said.append(plan)


@pytest.fixture
async def waiting(tmp_path: Path, clock: Clock) -> AsyncIterator[tuple[TypedCall, Store]]:
    """A caller who reported most of a pothole and then asked for a person."""
    try:
        models.path("minilm")
    except AgentError as error:
        pytest.skip(str(error))
    clock.time = FRIDAY_MORNING
    async with (
        Store.open(f"sqlite:///{tmp_path / 'townline.db'}", clock=clock) as store,
        ActionRunner.in_process(database=tmp_path / "office.db") as runner,
        typed_call(store, runner) as call,
    ):
        await call.rings()
        await call.says(*POTHOLE[:2], "can I speak to a person please")
        yield call, store


def fetching(call: TypedCall, store: Store, language: LanguageModel | None, *, seconds: float = 60) -> Fetching:
    return Fetching(
        cast(Call, TypedCaller(call)),
        store,
        HandoffQueue(store, Hours(HoursSettings()), "contact_centre", poll_seconds=0.02),
        wait_seconds=seconds,
        tell=call.events.append,
        services=call.conversation.release.services,
        language=language,
    )


async def summaries(store: Store, recorded: Recorded, count: int) -> list[str]:
    """The first `count` different summaries that the desk sees."""
    seen: list[str] = []
    async with asyncio.timeout(20):
        while len(seen) < count:
            pack = (await store.handoff(recorded.id)).pack
            if pack is not None and pack["summary"] not in seen:
                seen.append(pack["summary"])
            await asyncio.sleep(0.01)
    return seen


async def test_the_adviser_sees_the_better_summary_once_it_is_there(
    stub: Stub, waiting: tuple[TypedCall, Store]
) -> None:
    call, store = waiting
    stub.reply = "The caller reports a big pothole on Station Road and wants to speak to a person."
    (recorded,) = call.fetched
    async with model(stub) as language:
        person = fetching(call, store, language)
        person.wanted(HandoffDraft(key="k", reason="the caller asked for a person", team="Highways"), recorded)
        # The plain one is offered at once, and may be gone before anybody looks.
        async with asyncio.timeout(60):
            while (await summaries(store, recorded, 1))[-1] != stub.reply:  # noqa: ASYNC110 - the desk polls, too
                await asyncio.sleep(0.02)
        await person.aclose()
    assert await summaries(store, recorded, 1) == [stub.reply]


@pytest.mark.parametrize("trouble", ["off", "late", "inventing"])
async def test_the_plain_summary_stays_when_the_model_is_no_help(
    stub: Stub, waiting: tuple[TypedCall, Store], trouble: str
) -> None:
    call, store = waiting
    stub.hang = trouble == "late"
    stub.reply = "The caller wants 40 pounds back from Brenda." if trouble == "inventing" else ""
    (recorded,) = call.fetched
    async with model(stub, deadlines=SHORT) as language:
        person = fetching(call, store, None if trouble == "off" else language)
        person.wanted(HandoffDraft(key="k", reason="the caller asked for a person", team="Highways"), recorded)
        await summaries(store, recorded, 1)
        if person._summing_up is not None:
            await person._summing_up
        (summary,) = await summaries(store, recorded, 1)
        await person.aclose()
    assert summary.startswith("About: Pothole or road damage.")


async def test_a_store_that_goes_away_while_the_caller_waits_still_ends_the_waiting(
    waiting: tuple[TypedCall, Store],
) -> None:
    call, store = waiting
    (recorded,) = call.fetched
    person = fetching(call, store, None, seconds=0.1)
    file = Path(store._engine.url.database or "")
    file.rename(file.with_suffix(".away"))
    person.wanted(HandoffDraft(key="k", reason="the caller asked for a person", team="Highways"), recorded)
    assert person._waiting is not None
    async with asyncio.timeout(30):
        await person._waiting
    assert call.conversation.state.phase is Phase.CALLBACK_NUMBER
    file.with_suffix(".away").rename(file)


async def test_an_adviser_who_takes_a_caller_and_cannot_get_into_the_call_is_not_waited_for(
    waiting: tuple[TypedCall, Store],
) -> None:
    call, store = waiting
    (recorded,) = call.fetched
    person = fetching(call, store, None)
    person._join_seconds = 0.1
    person.wanted(HandoffDraft(key="k", reason="the caller asked for a person", team="Highways"), recorded)
    await store.accept_handoff(recorded.id, "Grace")
    assert person._waiting is not None
    async with asyncio.timeout(30):
        await person._waiting
    assert call.conversation.state.phase is Phase.CALLBACK_NUMBER


@pytest.mark.timeout(300)
async def test_the_default_model_helps_with_a_request_in_doubt(services: Catalogue, tmp_path: Path) -> None:
    try:
        gguf = models.path("qwen-coder-1.5b") / "model.gguf"
    except AgentError as error:
        pytest.skip(str(error))
    log_file = tmp_path / "llm.log"
    async with LlmServer(gguf, threads=1, context=1024, log_file=log_file) as server:
        client = AsyncOpenAI(base_url=server.url, api_key=server.key, max_retries=0)
        patient = Deadlines(choose=60, extract=60, phrase=60, summarise=120)
        async with LanguageModel(
            client, model="m", tasks=tuple(Task), deadlines=patient, schemas="json_object"
        ) as language:
            text = "the lamp outside our house has gone out again"
            happened = spoke(understanding=Understanding(text, DOUBT), transcript=Heard(text, 0.9))
            after = await SecondOpinion(language, services.services).on(happened, STATE)
    assert after.understanding.guesses[0].intent == "street_light"
