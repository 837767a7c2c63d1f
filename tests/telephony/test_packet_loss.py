"""A caller of the benches counts what the network loses of the line's voice."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from agent.settings import ROOT
from deploy.livekit.build import binary
from tests.telephony.livekit import LiveKit
from tests.telephony.narrow_line import lost_of_a_tone

pytestmark = [pytest.mark.timeout(300)]

_OWN_NETWORK = ("unshare", "--net", "--map-root-user")


def _may_have_a_network() -> bool:
    """Whether this machine lets a process have a network of its own, and narrow it."""
    if any(shutil.which(name) is None for name in ("unshare", "ip", "tc")):
        return False
    command = [*_OWN_NETWORK, "tc", "qdisc", "add", "dev", "lo", "root", "tbf", "rate", "1mbit", "burst", "10kb"]
    return subprocess.run([*command, "limit", "10kb"], capture_output=True, check=False).returncode == 0


async def test_what_arrives_is_counted_and_nothing_is_lost_on_a_good_network(livekit: LiveKit) -> None:
    loss = await lost_of_a_tone(livekit)
    assert loss is not None
    assert loss.received > 100
    assert loss.lost == 0


@pytest.mark.skipif(not _may_have_a_network(), reason="needs unshare, ip and tc, and leave to use them")
@pytest.mark.skipif(not binary().exists(), reason="livekit-server is not built")
def test_what_a_narrow_network_drops_is_counted(tmp_path: Path) -> None:
    command = [*_OWN_NETWORK, sys.executable, "-m", "tests.telephony.narrow_line", str(tmp_path)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=120)
    loss = json.loads(ended.stdout)
    assert loss["lost"] > 10
    assert loss["concealed"] > 0.02
