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


class LiveKitUnavailableError(TelephonyError):
    """The LiveKit server cannot be reached, or refuses what it was asked."""

    code = "livekit-unavailable"
    retryable = True


class NoCallerError(TelephonyError):
    """A room was to be answered in which nobody is, or from which the caller went before it was answered."""

    code = "no-caller"


class NotPutThroughError(TelephonyError):
    """A call could not be given to people; `reason` is what the telephone network says: busy, declined, no answer."""

    code = "not-put-through"

    def __init__(self, reason: str) -> None:
        super().__init__(f"the call could not be put through: {reason}")
        self.reason = reason


class TrunkError(TelephonyError):
    """A trunk or dispatch rule cannot be set up as `config.yaml` wants it."""

    code = "trunk"


class WebhookRefusedError(TelephonyError):
    """A webhook without a valid signature of the LiveKit server."""

    code = "webhook-refused"
