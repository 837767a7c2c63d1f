"""What stands on record after calls in which something broke: what is missing, and what is there twice."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress

from agent.errors import StoreUnavailableError
from agent.records import Store
from bench.telephone.broken_call import Faulted

_PATIENCE_SECONDS = 150.0
"""Calls whose process died are ended on record within a minute or two; what waits in the outbox is delivered."""


async def settled(store: Store) -> bool:
    """Wait until no call is open and nothing waits to be delivered; whether it came to that."""
    with suppress(TimeoutError):
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while True:
                with suppress(StoreUnavailableError):
                    if not await store.open_calls() and not await store.due_entries() and not await _undelivered(store):
                        return True
                await asyncio.sleep(1.0)
    return False


async def _undelivered(store: Store) -> list[str]:
    return [case.reference for case in await store.cases() if case.delivery == "due"]


async def lost(store: Store, one: Faulted) -> list[str]:
    """What the caller was told and is not there; a wish for a person that nobody sees to; a case not delivered.

    Whoever was cut off and rang again was told some of it in the second call.
    """
    everything = await store.handoffs()
    known = {case.reference for case in await store.cases()} | {handoff.reference for handoff in everything}
    known |= {callback.reference for callback in await store.callbacks()}
    cases = await store.cases(call_id=one.call_id)
    handoffs = [handoff for handoff in everything if handoff.call_id == one.call_id]
    missing = [f"{reference} was given and is not on record" for reference in one.told if reference not in known]
    missing += [f"{handoff.reference} still waits" for handoff in handoffs if handoff.status == "waiting"]
    return missing + [f"{case.reference} is not delivered" for case in cases if case.delivery in ("due", "stuck")]


async def twice(store: Store, one: Faulted, jobs: Sequence[str]) -> list[str]:
    """What one call did more than once: the same case, the same job, a second person."""
    cases = await store.cases(call_id=one.call_id)
    same = Counter((case.service, *sorted((name, slot.value) for name, slot in case.slots.items())) for case in cases)
    found = [f"{count} cases of {what[0]}" for what, count in same.items() if count > 1]
    done = Counter(key.rpartition(":")[2] for key in jobs if key.startswith(f"{one.call_id}:"))
    filed = Counter(case.service for case in cases)
    found += [f"{count} jobs of {service}" for service, count in done.items() if count > filed[service]]
    waiting = [h for h in await store.handoffs() if h.call_id == one.call_id]
    return found + ([f"{len(waiting)} handoffs"] if len({h.reason for h in waiting}) < len(waiting) else [])
