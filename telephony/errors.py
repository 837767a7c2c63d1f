"""The errors of the `telephony` package."""

from __future__ import annotations


class TelephonyError(Exception):
    """Something between callers, staff and the line went wrong.

    `code` is stable and may be matched on; `retryable` says whether the same call may succeed later.
    """

    code = "telephony"
    retryable = False


class UnknownHoursError(TelephonyError):
    """No opening hours of that name are in `config.yaml`."""

    code = "unknown-hours"


class NeverOpenError(TelephonyError):
    """These opening hours have no opening in the coming year."""

    code = "never-open"
