"""The outbox: what calls promised is delivered, once, however long the other side is away."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Never, Protocol
from zoneinfo import ZoneInfo

from agent.actions.runner import ActionResult
from agent.errors import AgentError, NotOnRecordError, StoreUnavailableError
from agent.notifier import Notifier
from agent.records import Entry, Store

log = logging.getLogger(__name__)

_ZONE = ZoneInfo("Europe/London")
_AT_ONCE = 4
_LEASE_MARGIN_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Patience:
    """How often, and how long apart, a delivery is tried. By default for about a day."""

    first_seconds: float = 5.0
    longest_seconds: float = 3600.0
    attempts: int = 30
    timeout_seconds: float = 20.0
    """How long one attempt may take."""
    look_seconds: float = 30.0
    """How often the store is looked at when nothing is known to be due: another process may have added to it."""

    def pause(self, attempts: int) -> float:
        """Seconds until the next attempt, after `attempts` of them: doubling, less up to a half by chance."""
        longest = min(self.longest_seconds, self.first_seconds * 2.0 ** min(attempts - 1, 30))
        return longest * random.uniform(0.5, 1.0)  # noqa: S311 - spreads load, guards nothing


class Runner(Protocol):
    """Runs an action by name, as `agent.actions.runner.ActionRunner` does."""

    async def run(self, name: str, *, slots: Mapping[str, str], call_id: str, deadline: float) -> ActionResult:
        """Raises `ActionUnavailableError` or `ActionRejectedError`."""


class Outbox:
    """Delivers entries of the store. Several processes may do so at once: an entry is leased while it is tried."""

    def __init__(self, store: Store, runner: Runner, notifier: Notifier, *, patience: Patience | None = None) -> None:
        self._store = store
        self._runner = runner
        self._notifier = notifier
        self._patience = patience or Patience()
        self._woken = asyncio.Event()

    async def deliver_now(self, key: str, seconds: float) -> dict[str, str] | None:
        """Try an entry at once, for at most `seconds`, while the caller waits.

        Returns the facts that its action reported, or `None` when it did not arrive yet: it stays in the outbox.
        """
        try:
            entry = await self._store.lease(key, seconds + _LEASE_MARGIN_SECONDS)
            if entry is None:
                done = (await self._store.entry(key)).state == "done"
                return await self._store.facts_of(key) if done else None
        except (StoreUnavailableError, NotOnRecordError) as error:
            log.warning("not delivered at once: %s", error.code)
            return None
        return await self._attempt(entry, seconds)

    async def deliver_due(self) -> int:
        """Try everything that is due, once; how many entries arrived. Raises `StoreUnavailableError`."""
        entries = await self._store.due_entries()
        gate = asyncio.Semaphore(_AT_ONCE)

        async def one(entry: Entry) -> bool:
            async with gate:
                timeout = self._patience.timeout_seconds
                leased = await self._store.lease(entry.key, timeout + _LEASE_MARGIN_SECONDS)
                return leased is not None and await self._attempt(leased, timeout) is not None

        return sum(await asyncio.gather(*(one(entry) for entry in entries)))

    def wake(self) -> None:
        """Something was added: look at once."""
        self._woken.set()

    async def run(self) -> Never:
        """Deliver for ever. What the store cannot say now is asked again later."""
        while True:
            self._woken.clear()
            try:
                await self.deliver_due()
                pause = await self._until_next()
            except StoreUnavailableError as error:
                log.warning("outbox: %s", error)
                pause = self._patience.first_seconds
            try:
                async with asyncio.timeout(pause):
                    await self._woken.wait()
            except TimeoutError:
                continue

    async def _until_next(self) -> float:
        due = await self._store.next_due()
        if due is None:
            return self._patience.look_seconds
        return min(max((due - self._store.now()).total_seconds(), 0.05), self._patience.look_seconds)

    async def _attempt(self, entry: Entry, seconds: float) -> dict[str, str] | None:
        try:
            facts = await self._deliver(entry, seconds)
        except AgentError as error:
            await self._note_failure(entry, error)
            return None
        try:
            await self._store.delivered(entry.key, facts)
        except StoreUnavailableError as error:
            # It arrived. When the lease runs out it is sent again, under the same key, which changes nothing there.
            log.warning("delivered, but not noted: %s", error)
        return facts

    async def _deliver(self, entry: Entry, seconds: float) -> dict[str, str]:
        payload = entry.payload
        if entry.kind == "message":
            await self._notifier.send(
                payload["to"], payload["template"], payload["fields"], key=entry.key, again=entry.attempts > 1
            )
            return {}
        today = self._store.now().astimezone(_ZONE).date().isoformat()
        slots = {"today": today, **payload["slots"], "idempotency_key": entry.key}
        call_id = str(payload.get("call_id") or "")
        result = await self._runner.run(payload["action"], slots=slots, call_id=call_id, deadline=seconds)
        return result.facts

    async def _note_failure(self, entry: Entry, error: AgentError) -> None:
        try:
            if not error.retryable or entry.attempts >= self._patience.attempts:
                log.error("outbox: entry %d given up after %d attempts: %s", entry.id, entry.attempts, error.code)
                await self._store.give_up(entry.key, error.code)
                return
            pause = self._patience.pause(entry.attempts)
            log.warning("outbox: entry %d, attempt %d: %s", entry.id, entry.attempts, error.code)
            await self._store.put_off(entry.key, self._store.now() + timedelta(seconds=pause), error.code)
        except StoreUnavailableError as gone:
            log.warning("outbox: failure not noted, the lease will run out: %s", gone)
