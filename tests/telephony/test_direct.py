"""Given audio of a browser or a file, how it is handed over."""

from __future__ import annotations

import asyncio

import numpy as np
from livekit import rtc
from livekit.agents.types import USERDATA_TIMED_TRANSCRIPT, TimedString
from livekit.agents.voice.io import PlaybackFinishedEvent

from telephony.direct import CallerAudio, LineAudio


async def test_pieces_of_any_length_are_handed_over_in_whole_windows_and_the_rest_at_the_end() -> None:
    caller = CallerAudio()
    spoken = np.arange(3_000, dtype=np.int16)
    for start in range(0, len(spoken), 320):
        caller.push(spoken[start : start + 320])
    caller.close()
    frames = [frame async for frame in caller]
    assert [frame.samples_per_channel % 512 for frame in frames[:-1]] == [0] * (len(frames) - 1)
    assert np.array_equal(np.concatenate([np.frombuffer(frame.data, dtype=np.int16) for frame in frames]), spoken)


async def test_a_segment_that_is_stopped_is_reported_with_the_words_that_were_heard() -> None:
    # Given a caller who breaks in after the first of two clauses, then the report of the segment has that clause alone.
    reports: list[PlaybackFinishedEvent] = []
    line = LineAudio(16_000, lambda pcm: None, lambda: None)
    line.on("playback_finished", reports.append)
    for clause, begins in (("How can I help? ", 0.0), ("Press nought for a person. ", 0.2)):
        frame = rtc.AudioFrame(bytes(2 * 3_200), sample_rate=16_000, num_channels=1, samples_per_channel=3_200)
        frame.userdata[USERDATA_TIMED_TRANSCRIPT] = [TimedString(clause, start_time=begins)]
        await line.capture_frame(frame)
    while line.played_seconds < 0.2:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    line.clear_buffer()
    (report,) = reports
    assert report.interrupted
    assert (report.synchronized_transcript or "").startswith("How can I help?")
    assert "person" not in (report.synchronized_transcript or "")
