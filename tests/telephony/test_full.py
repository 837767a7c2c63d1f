"""A worker that has all the calls it may have, on the real server with the real watch: who rings then, and is next."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bench.telephone.installation import Process, configured, records, townline, worker
from telephony.rooms import call_id_of
from tests.calls.voices import VOICES, spoken
from tests.telephony.livekit import LiveKit, livekit_server, ring
from tests.telephony.test_rescue import figure
from tests.telephony.test_rooms import MISSED_BIN, until_on_record

pytestmark = [pytest.mark.timeout(500)]

_NOBODY_CAME = 'townline_dispatched_again_total{why="nobody came"}'


@dataclass(frozen=True)
class Installation:
    """A server whose one worker takes one call at a time."""

    livekit: LiveKit
    config: Path
    watch: Process

    def counted(self, what: str) -> float:
        return figure(self.config, f"townline_{what}_total")


@pytest.fixture(scope="module")
def one_at_a_time(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("full")
    # On a machine that runs other tests as well, a living process may be late.
    with livekit_server(folder, answer_seconds=6.0, silent_seconds=4.0) as server:
        config = configured(folder, server, most_calls=1)
        with worker(config), townline(["watch"], config, "watching") as watch:
            yield Installation(server, config, watch)


async def test_who_rings_a_full_line_is_not_kept_and_the_call_that_goes_on_never_knows(
    one_at_a_time: Installation,
) -> None:
    # Given no other worker and no people, when two attempts for the second caller failed, then they are hung up on,
    # for the carrier's own fail-over to act; it is counted and alarmed, and the first call is as it was.
    here = one_at_a_time
    async with ring(here.livekit) as first:
        await first.hears_speech()
        await first.hears_silence()
        call_id = call_id_of(first.name)
        async with ring(here.livekit, number="+447700900456") as second, asyncio.timeout(40):
            second_name = second.name
            await second.gone.wait()
        assert second.heard == []
        assert (here.counted("calls_to_people"), here.counted("calls_lost")) == (1.0, 1.0)
        assert f"alarm: {second_name} not answered twice, given to people" in here.watch.said
        await first.say(spoken(MISSED_BIN, VOICES[0]))
        await first.hears_speech()
        await first.hears_silence()
    async with records(here.config) as store:
        call = await until_on_record(store, call_id, "ended")
        turns = await store.turns(call_id)
    assert call.outcome == "caller hung up"
    assert call.state is not None
    assert call.state.service == "missed_bin"
    assert not [turn for turn in turns if "fault at our end" in (turn.said or "")]


async def test_who_still_rings_when_the_call_before_them_ends_is_taken(one_at_a_time: Installation) -> None:
    here = one_at_a_time
    lost = here.counted("calls_lost")
    async with ring(here.livekit) as first:
        await first.hears_speech()
        await first.hears_silence()
        sent_for = figure(here.config, _NOBODY_CAME)
        async with ring(here.livekit, number="+447700900456") as second:
            async with asyncio.timeout(10):
                while figure(here.config, _NOBODY_CAME) == sent_for:  # noqa: ASYNC110 - another process counts
                    await asyncio.sleep(0.1)
            assert second.heard == []
            await first.hang_up()
            await second.hears_speech()
            await second.hears_silence()
            call_id = call_id_of(second.name)
            async with records(here.config) as store:
                call = await store.call(call_id)
    assert call.caller == "+447700900456"
    assert here.counted("calls_lost") == lost
