"""Opening a line: store, speech models, actions, the desk's queue and the active release, closed in turn."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from agent import readiness
from agent.handoff import HandoffQueue
from agent.keeping import notifier, open_runner, open_store, tended
from agent.line import Line, Progress
from agent.llm.opening import language_model
from agent.llm.tasks import LanguageModel
from agent.outbox import Outbox
from agent.publishing import Publisher, Warm
from agent.records.database import Clock, utc_now
from agent.settings import Settings
from agent.speech import open_speech
from agent.training import School
from telephony.hours import Hours
from voices.hearing import Hearing
from voices.speech import SpeechModels


@asynccontextmanager
async def open_line(
    settings: Settings,
    progress: Progress = lambda _: None,
    *,
    owner: str | None = None,
    clock: Clock = utc_now,
    speech: SpeechModels | None = None,
    warm: Warm | None = None,
    language: LanguageModel | None = None,
    tend: bool = True,
) -> AsyncIterator[Line]:
    """Open everything that calls need. `owner` names the process in the records, so that after a crash it can see to
    the calls it left; without it, none are recovered. `clock` gives the time in UTC. `speech`, `warm` and `language`
    are what the process has ready already. `tend`: deliver and purge in the background, and serve the language model;
    a process that has only one call does not.

    Raises `ModelMissingError`, `StoreUnavailableError`, `ServiceFileError`, `LlmServerError`.
    """
    async with AsyncExitStack() as stack:
        progress("services")
        if warm is None:
            await asyncio.to_thread(readiness.check, settings)
            school = asyncio.create_task(asyncio.to_thread(School.open, settings), name="services")
            stack.callback(school.cancel)
        progress("store")
        store = await stack.enter_async_context(open_store(settings, owner=owner, clock=clock))
        hours = Hours(settings.hours)
        if owner is not None:
            await store.recover(hours.next_window(store.now()))
        progress("speech models")
        if speech is None:
            speech = await stack.enter_async_context(open_speech(settings))
        runner = await stack.enter_async_context(open_runner(settings))
        outbox = Outbox(store, runner, notifier())
        if tend:
            await stack.enter_async_context(tended(store, outbox))
        queue = HandoffQueue(store, hours, settings.hours.people)
        if language is None and tend and settings.llm.mode != "off":
            progress("language model")
            language = await stack.enter_async_context(language_model(settings))
        progress("end of turn")
        await asyncio.to_thread(Hearing(speech).prewarm)
        progress("release")
        # Read beside the start of the speech server, which is another process.
        publisher = await Publisher.open(settings, store, warm or Warm(await school))
        stack.push_async_callback(publisher.aclose)
        line = Line(
            settings,
            store=store,
            speech=speech,
            runner=runner,
            outbox=outbox,
            queue=queue,
            publisher=publisher,
            language=language,
        )
        stack.push_async_callback(line.aclose)
        yield line
