"""Given audio of a browser or a file, how it is handed over."""

from __future__ import annotations

import numpy as np

from telephony.direct import CallerAudio


async def test_pieces_of_any_length_are_handed_over_in_whole_windows_and_the_rest_at_the_end() -> None:
    caller = CallerAudio()
    spoken = np.arange(3_000, dtype=np.int16)
    for start in range(0, len(spoken), 320):
        caller.push(spoken[start : start + 320])
    caller.close()
    frames = [frame async for frame in caller]
    assert [frame.samples_per_channel % 512 for frame in frames[:-1]] == [0] * (len(frames) - 1)
    assert np.array_equal(np.concatenate([np.frombuffer(frame.data, dtype=np.int16) for frame in frames]), spoken)
