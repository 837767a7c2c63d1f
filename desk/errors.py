"""The errors of the `desk` package."""

from __future__ import annotations


class DeskError(Exception):
    """Something about the web pages went wrong.

    `code` is stable and may be matched on; `retryable` says whether the same request may succeed later.
    """

    code = "desk"
    retryable = False


class FrontendMissingError(DeskError):
    """GOV.UK Frontend is not installed; the message names the command that installs it."""

    code = "frontend-missing"


class ExchangeUnavailableError(DeskError):
    """The LiveKit server does not answer; the message is shown to the adviser."""

    code = "exchange-unavailable"
    retryable = True


class CallUnavailableError(DeskError):
    """The line cannot take this call just now; the message is shown to the caller."""

    code = "call-unavailable"
    retryable = True
