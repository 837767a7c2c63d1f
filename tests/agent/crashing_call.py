"""A call that tells its caller about every promise once it is kept, on standard output; to be killed at any moment."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from agent.actions.runner import ActionRunner
from agent.notifier import NoNotifier
from agent.outbox import Outbox
from agent.records import Store
from agent.state import CallState
from tests.agent import drafts

TURNS = 12


async def call(url: str, back_office: Path) -> None:
    async with Store.open(url, owner="line") as store, ActionRunner.in_process(database=back_office) as runner:
        outbox = Outbox(store, runner, NoNotifier())
        await store.start_call("call-1", channel="test", caller="01632 960001", release=1)
        for turn in range(1, TURNS + 1):
            await take(store, outbox, turn)
            if turn == TURNS // 2:
                await tell(store, turn, "handoff")
        say("end")


async def take(store: Store, outbox: Outbox, turn: int) -> None:
    await tell(store, turn, "case")
    await outbox.deliver_now(f"case-{turn}", 5)


async def tell(store: Store, turn: int, kind: str) -> None:
    draft = drafts.case(f"case-{turn}") if kind == "case" else drafts.handoff("handoff")
    (one,) = await store.commit_turn(
        "call-1",
        state=CallState(call_id="call-1", release=1, turn=turn),
        heard=f"turn {turn}",
        said="done",
        decision="filed",
        drafts=[draft],
    )
    say(one.kind, draft.key, one.reference)


def say(*words: str) -> None:
    sys.stdout.write(" ".join(words) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(call(sys.argv[1], Path(sys.argv[2])))
