"""Whether a process answers at its health address: exit code 0 or 1."""

from __future__ import annotations

import sys
import urllib.error
import urllib.request


def healthy(url: str) -> bool:
    """Whether it answers with success, or with the redirect to a sign-in."""
    try:
        with urllib.request.urlopen(url, timeout=3) as answer:  # noqa: S310 - the address is in the compose file
            return bool(answer.status < 400)
    except (urllib.error.URLError, TimeoutError):
        return False


if __name__ == "__main__":
    sys.exit(not healthy(sys.argv[1]))
