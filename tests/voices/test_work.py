"""Given more work than workers, who comes first, who is refused and who is forgotten."""

from __future__ import annotations

import asyncio
import functools
import threading
from collections.abc import AsyncIterator, Callable

import pytest

from voices.errors import BusyError, LateError
from voices.speech import Priority
from voices.work import Piece, WorkQueue


@pytest.fixture
async def queue() -> AsyncIterator[WorkQueue]:
    queue = WorkQueue("test", most=4)
    yield queue
    await queue.aclose()


class Workshop:
    """Holds the only worker until it is opened, and remembers the order in which work was done."""

    def __init__(self, queue: WorkQueue) -> None:
        self.queue = queue
        self.open = threading.Event()
        self.order: list[str] = []
        self.running = asyncio.ensure_future(queue.run(self.open.wait, priority=Priority.FINAL_TRANSCRIPT))

    def ask(self, name: str, priority: Priority, call: str = "") -> asyncio.Future[None]:
        def work() -> None:
            self.order.append(name)

        return asyncio.ensure_future(self.queue.run(work, priority=priority, call=call))


async def settled(condition: Callable[[], bool]) -> None:
    while not condition():  # noqa: ASYNC110 - the queue has no event to wait for
        await asyncio.sleep(0.001)


async def held(queue: WorkQueue) -> Workshop:
    workshop = Workshop(queue)
    await settled(lambda: queue.depth == 0)
    await asyncio.sleep(0.01)
    return workshop


async def test_the_urgent_goes_before_what_came_earlier(queue: WorkQueue) -> None:
    workshop = await held(queue)
    asked = [
        workshop.ask("partial", Priority.PARTIAL_TRANSCRIPT),
        workshop.ask("later", Priority.LATER_SENTENCE),
        workshop.ask("first", Priority.FIRST_SENTENCE),
        workshop.ask("final", Priority.FINAL_TRANSCRIPT),
    ]
    await settled(lambda: queue.depth == 4)
    workshop.open.set()
    await asyncio.gather(*asked)
    assert workshop.order == ["final", "first", "later", "partial"]


async def test_too_much_is_refused_at_once(queue: WorkQueue) -> None:
    workshop = await held(queue)
    asked = [workshop.ask(str(number), Priority.FIRST_SENTENCE) for number in range(4)]
    await settled(lambda: queue.depth == 4)
    with pytest.raises(BusyError):
        await workshop.ask("one too many", Priority.FINAL_TRANSCRIPT)
    workshop.open.set()
    await asyncio.gather(*asked)


async def test_a_newer_partial_takes_the_place_of_the_older_one_of_its_call(queue: WorkQueue) -> None:
    workshop = await held(queue)
    stale = workshop.ask("stale", Priority.PARTIAL_TRANSCRIPT, "call 1")
    other = workshop.ask("other", Priority.PARTIAL_TRANSCRIPT, "call 2")
    await settled(lambda: queue.depth == 2)
    fresh = workshop.ask("fresh", Priority.PARTIAL_TRANSCRIPT, "call 1")
    with pytest.raises(BusyError):
        await stale
    workshop.open.set()
    await asyncio.gather(other, fresh)
    assert workshop.order == ["other", "fresh"]


async def test_work_nobody_waits_for_any_more_is_never_begun(queue: WorkQueue) -> None:
    workshop = await held(queue)
    unwanted = workshop.ask("unwanted", Priority.FINAL_TRANSCRIPT)
    await settled(lambda: queue.depth == 1)
    unwanted.cancel()
    wanted = workshop.ask("wanted", Priority.LATER_SENTENCE)
    workshop.open.set()
    await wanted
    assert workshop.order == ["wanted"]


async def test_a_failure_reaches_whoever_asked_and_the_next_piece_is_done(queue: WorkQueue) -> None:
    def fail() -> None:
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        await queue.run(fail, priority=Priority.FINAL_TRANSCRIPT)
    assert await queue.run(lambda: 7, priority=Priority.FINAL_TRANSCRIPT) == 7


async def test_closing_refuses_what_waits() -> None:
    queue = WorkQueue("test")
    workshop = await held(queue)
    waiting = workshop.ask("waiting", Priority.FIRST_SENTENCE)
    await settled(lambda: queue.depth == 1)
    workshop.open.set()
    closing = asyncio.ensure_future(queue.aclose())
    results = await asyncio.gather(waiting, workshop.running, return_exceptions=True)
    await closing
    assert all(result is None or result is True or isinstance(result, BusyError) for result in results)


async def test_calls_take_turns_however_much_one_of_them_asks_for(queue: WorkQueue) -> None:
    workshop = await held(queue)
    asked = [workshop.ask("greedy", Priority.FIRST_SENTENCE, "greedy") for _ in range(3)]
    asked.append(workshop.ask("modest", Priority.FIRST_SENTENCE, "modest"))
    await settled(lambda: queue.depth == 4)
    workshop.open.set()
    await asyncio.gather(*asked)
    assert workshop.order == ["greedy", "modest", "greedy", "greedy"]


async def test_one_call_cannot_take_all_places() -> None:
    queue = WorkQueue("test", most=64, most_a_call=2)
    workshop = await held(queue)
    asked = [workshop.ask(str(number), Priority.FIRST_SENTENCE, "greedy") for number in range(2)]
    await settled(lambda: queue.depth == 2)
    with pytest.raises(BusyError):
        await workshop.ask("one too many", Priority.FINAL_TRANSCRIPT, "greedy")
    asked.append(workshop.ask("another call's", Priority.FINAL_TRANSCRIPT, "modest"))
    workshop.open.set()
    await asyncio.gather(*asked)
    await queue.aclose()


async def test_a_partial_gives_its_place_to_what_matters_more(queue: WorkQueue) -> None:
    workshop = await held(queue)
    partials = [workshop.ask("partial", Priority.PARTIAL_TRANSCRIPT, str(number)) for number in range(4)]
    await settled(lambda: queue.depth == 4)
    final = workshop.ask("final", Priority.FINAL_TRANSCRIPT, "another")
    workshop.open.set()
    await final
    results = await asyncio.gather(*partials, return_exceptions=True)
    assert sum(isinstance(result, BusyError) for result in results) == 1
    assert workshop.order[0] == "final"


async def test_work_that_waited_longer_than_its_patience_is_given_up(queue: WorkQueue) -> None:
    workshop = await held(queue)
    with pytest.raises(LateError):
        await queue.run(lambda: None, priority=Priority.FINAL_TRANSCRIPT, patience=0.01)
    assert queue.depth == 0
    workshop.open.set()
    await workshop.running


async def test_a_later_sentence_that_is_needed_now_is_as_urgent_as_a_first_one(queue: WorkQueue) -> None:
    workshop = await held(queue)
    order: list[str] = []
    now = asyncio.get_running_loop().time()

    def later(name: str, due: float) -> asyncio.Future[None]:
        work = functools.partial(order.append, name)
        return asyncio.ensure_future(queue.run(work, priority=Priority.LATER_SENTENCE, due=due))

    asked = [later("can wait", now + 600), later("needed", now)]
    await settled(lambda: queue.depth == 2)
    workshop.open.set()
    await asyncio.gather(*asked)
    assert order == ["needed", "can wait"]


async def test_a_reply_that_runs_out_goes_before_transcripts_though_its_call_was_served_last(queue: WorkQueue) -> None:
    await queue.run(lambda: None, priority=Priority.FIRST_SENTENCE, call="playing")
    workshop = await held(queue)
    now = asyncio.get_running_loop().time()
    work = functools.partial(workshop.order.append, "next block")
    block = asyncio.ensure_future(
        queue.run(work, priority=Priority.LATER_SENTENCE, call="playing", due=now, begun=True)
    )
    finals = [workshop.ask("final", Priority.FINAL_TRANSCRIPT, str(number)) for number in range(2)]
    await settled(lambda: queue.depth == 3)
    workshop.open.set()
    await asyncio.gather(block, *finals)
    assert workshop.order == ["next block", "final", "final"]


async def test_whoever_watches_is_told_of_every_piece() -> None:
    pieces: list[Piece] = []
    queue = WorkQueue("test", most=1, watch=pieces.append)
    workshop = await held(queue)
    waiting = workshop.ask("waiting", Priority.FIRST_SENTENCE)
    await settled(lambda: queue.depth == 1)
    with pytest.raises(BusyError):
        await workshop.ask("too much", Priority.FIRST_SENTENCE)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    workshop.open.set()
    await workshop.running
    assert [piece.outcome for piece in pieces] == ["refused", "dropped", "done"]
    await queue.aclose()
