"""The line: everything that calls share on one machine, and the calls that are going on. `agent.opening` opens it."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import uuid
from collections.abc import Callable
from zoneinfo import ZoneInfo

from agent import models
from agent.actions.runner import ActionRunner
from agent.call import Call
from agent.context import Context
from agent.conversation import Conversation
from agent.decision import Circumstances
from agent.direct_call import DirectCall
from agent.effects import Effects
from agent.errors import LineBusyError, NotOnRecordError, StoreUnavailableError
from agent.events import Event, Listener
from agent.fetching import Fetching
from agent.floor import Floor
from agent.handoff import HandoffQueue
from agent.llm.tasks import LanguageModel
from agent.outbox import Outbox
from agent.phrases import phrase
from agent.publishing import Publisher
from agent.records import Store
from agent.release import LoadedRelease
from agent.rendering import Rendering
from agent.second_opinion import SecondOpinion
from agent.settings import Settings
from agent.spoken import window_in_words
from agent.state import CallState, HandoffDraft, Recorded
from telephony.hours import Hours
from voices.errors import VoicesError
from voices.hearing import Hearing
from voices.ready import ReadySpeech
from voices.speaking import Speaking
from voices.speech import Admission, SpeechModels

log = logging.getLogger(__name__)

Progress = Callable[[str], None]

_CAPTIONED = frozenset({"browser", "file"})
"""Channels on which somebody reads along. Elsewhere nothing is decoded while the caller still speaks: it costs as much
again, and gains nothing."""


class Line:
    """What the calls share. Made by `agent.opening.open_line`."""

    def __init__(
        self,
        settings: Settings,
        *,
        store: Store,
        speech: SpeechModels,
        runner: ActionRunner,
        outbox: Outbox,
        queue: HandoffQueue,
        publisher: Publisher,
        language: LanguageModel | None = None,
    ) -> None:
        self._language = language
        self.settings = settings
        self.store = store
        self.speech = speech
        self.queue = queue
        self.publisher = publisher
        self.outbox = outbox
        self.hours = Hours(settings.hours)
        self.people_available: Callable[[], bool] = lambda: self.hours.is_open(settings.hours.people, self.now())
        self._runner = runner
        self._zone = ZoneInfo(settings.hours.timezone)
        self._calls: dict[str, DirectCall] = {}
        self._idle = asyncio.Event()
        self._idle.set()
        self._ready = ReadySpeech(
            settings.data_dir / "wording", speech, model=models.entry(settings.voices.voice).fingerprint
        )
        self.rendering = Rendering(self._ready, publisher, self._idle, settings.council.name)

    def now(self) -> dt.datetime:
        """The time where the council is."""
        return self.store.now().astimezone(self._zone)

    async def start(
        self,
        *,
        channel: str,
        on_event: Callable[[Event], None],
        caller_phone: str | None = None,
        keep_audio: bool = False,
        call_id: str | None = None,
        ahead: float = 0.0,
    ) -> DirectCall:
        """Take a call; one that is on record under `call_id`, because its process died, goes on where it stood.

        `ahead`: seconds of audio that leave before they are due, for a way that is not always in time.
        Raises `LineBusyError` when no more can be served well, `StoreUnavailableError`.
        """
        if len(self._calls) >= self.settings.telephony.most_calls:
            raise LineBusyError()
        call_id = call_id or uuid.uuid4().hex[:12]
        left = await self._left(call_id)
        release = await self.publisher.release(left.release) if left else await self.publisher.active()
        state = left or CallState(call_id=call_id, release=release.number, caller_phone=caller_phone)
        call = DirectCall(call_id, self.speech.sample_rate, on_event, ahead=ahead)
        call.keep_audio = keep_audio
        call.captions = channel in _CAPTIONED
        self._calls[call_id] = call
        self._idle.clear()
        try:
            await self._admit(call_id)
            await self.store.start_call(call_id, channel=channel, caller=caller_phone, release=release.number)
            await self._begin(call, release, state, on_event)
        except BaseException:
            self._forget(call_id)
            raise
        return call

    def find(self, call_id: str) -> DirectCall | None:
        """The call with that id while it goes on."""
        return self._calls.get(call_id)

    async def aclose(self) -> None:
        """End all calls; what they promised is kept."""
        for call in tuple(self._calls.values()):
            await call.finish("the line was stopped")

    async def _left(self, call_id: str) -> CallState | None:
        """Where a call stood when its process died."""
        try:
            return (await self.store.call(call_id)).state
        except NotOnRecordError:
            return None

    async def _begin(self, direct: DirectCall, release: LoadedRelease, state: CallState, on_event: Listener) -> None:
        def fetch(draft: HandoffDraft, recorded: Recorded) -> None:
            fetching.wanted(draft, recorded)

        effects = Effects(
            self.store,
            self._runner,
            self.outbox,
            self.hours,
            action_seconds=self.settings.agent.action_seconds,
            now=self.now,
            tell=on_event,
            fetch=fetch,
        )
        conversation = Conversation(
            state,
            release,
            effects,
            context=lambda: self._context(release),
            today=lambda: self.now().date(),
            tell=on_event,
            opinion=SecondOpinion(self._language, release.services) if self._language else None,
        )
        hearing = Hearing(self.speech, call=direct.id, interim=direct.captions)
        speaking = Speaking(
            self.speech,
            ready=self._ready,
            call=direct.id,
            today=lambda: self.now().date(),
            holding=phrase("one_moment"),
        )
        agent = self.settings.agent
        call = Call(conversation, hearing, speaking, Floor(agent.silence_seconds, agent.talk_seconds))
        fetching = Fetching(
            call,
            self.store,
            self.queue,
            wait_seconds=self.settings.telephony.person_wait_seconds,
            tell=on_event,
            services=release.services,
            language=self._language,
        )
        await direct.begin(call, fetching)
        task = asyncio.create_task(self._until_end(direct, fetching), name=f"call {direct.id}")
        task.add_done_callback(_log_failure)

    async def _until_end(self, direct: DirectCall, fetching: Fetching) -> None:
        try:
            await direct.ended(self.settings.agent.longest_call_minutes * 60)
            await direct.finish(direct.call.outcome)
            taken_over = await self._taken_over(direct)
            await fetching.aclose(goes_on=taken_over)
            if not taken_over:
                await self.store.end_call(direct.id, direct.call.outcome)
        except StoreUnavailableError as error:
            # The call stays open on record; the next start of this process sees to what it promised.
            log.error("call %s: its end was not kept: %s", direct.id, error)
        finally:
            self._forget(direct.id)
            direct.over.set()

    async def _taken_over(self, direct: DirectCall) -> bool:
        """Whether another process has the caller by now: this end of the call is no end of it."""
        try:
            return direct.taken_over or (await self.store.call(direct.id)).owner != self.store.owner
        except StoreUnavailableError:
            return False

    async def _admit(self, call_id: str) -> None:
        """A call that the speech models cannot serve well is not started."""
        if not isinstance(self.speech, Admission):
            return
        try:
            admitted = await self.speech.admit(call_id)
        except VoicesError as exc:
            raise LineBusyError() from exc
        if not admitted:
            raise LineBusyError()

    def _forget(self, call_id: str) -> None:
        self._calls.pop(call_id, None)
        if isinstance(self.speech, Admission):
            self.speech.release(call_id)
        if not self._calls:
            self._idle.set()

    def _context(self, release: LoadedRelease) -> Context:
        now = self.now()
        start, end = self.hours.next_window(now)
        return Context(
            services=release.services,
            circumstances=Circumstances(
                today=now.date().isoformat(),
                people_available=self.people_available(),
                callback_window=(start.isoformat(), end.isoformat()),
                callback_spoken=window_in_words(now, start, end),
            ),
            council=self.settings.council.spoken or self.settings.council.name,
            phone=self.settings.council.telephone,
        )


def _log_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        log.error("a call ended badly", exc_info=task.exception())
