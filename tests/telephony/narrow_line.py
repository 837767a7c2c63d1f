"""A network that becomes too narrow for a voice in the middle of a call, and what a caller counts as lost of it.

`python -m tests.telephony.narrow_line FOLDER` prints it as JSON. It makes the loopback narrow, so it runs in a network
namespace of its own: `unshare --net --map-root-user`.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from bench.telephone.caller import Loss
from tests.telephony.livekit import LiveKit, adviser, livekit_server, ring
from tests.telephony.sounds import tone

_SECONDS = 3.0
_NETWORK = (
    "ip link set lo up",
    # WebRTC has no use for a machine that has nothing but a loopback.
    "ip link add near type veth peer name far",
    "ip address add 192.0.2.9/24 dev near",
    "ip link set near up",
    "ip link set far up",
)
_NARROW = "tc qdisc add dev lo root tbf rate 64kbit burst 1600 limit 1600"
"""A voice takes 50 to 80 kbit/s, twice: once to the server, and once from it."""


async def lost_of_a_tone(livekit: LiveKit, then: Callable[[], object] = lambda: None) -> Loss | None:
    """A caller's count of a tone that somebody else plays; `then` happens in the middle."""
    async with ring(livekit) as caller, adviser(livekit, caller.name) as other:
        counting = asyncio.create_task(caller.count_losses())
        await other.say(tone(440.0, _SECONDS))
        then()
        await other.say(tone(440.0, _SECONDS))
        counting.cancel()
        await asyncio.gather(counting, return_exceptions=True)
        return caller.loss


def main(folder: Path) -> None:
    """Count, and print."""
    for command in _NETWORK:
        subprocess.run(command.split(), check=True)
    with livekit_server(folder) as server:
        loss = asyncio.run(lost_of_a_tone(server, lambda: subprocess.run(_NARROW.split(), check=True)))
    sys.stdout.write(json.dumps(asdict(loss) if loss else None) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
