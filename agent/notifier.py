"""Texts and emails, through GOV.UK Notify."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping
from typing import Any, Protocol

from notifications_python_client.errors import APIError, HTTPError
from notifications_python_client.notifications import NotificationsAPIClient

from agent.errors import MessageRejectedError, MessageUnavailableError

NOTIFY = "https://api.notifications.service.gov.uk"


class Notifier(Protocol):
    """Sends messages. Raises `MessageUnavailableError` or `MessageRejectedError`."""

    async def send(self, to: str, template: str, fields: Mapping[str, str], *, key: str, again: bool) -> str:
        """Send one message and return the service's id for it.

        `to` is a UK phone number or an email address. `key` names the message for good; `again` says that it may have
        been sent before, so that it must be looked for first.
        """


class NoNotifier:
    """Where no message service is configured: every message is refused, which raises an alarm at the desk."""

    async def send(self, to: str, template: str, fields: Mapping[str, str], *, key: str, again: bool) -> str:
        """Refuse."""
        raise MessageRejectedError("no message service is configured (TOWNLINE_NOTIFY_KEY)")


class GovUkNotify:
    """GOV.UK Notify over its own client. `timeout` in seconds, for each request."""

    def __init__(self, api_key: str, *, base_url: str = NOTIFY, timeout: float = 10.0) -> None:
        # Its methods carry no types.
        self._client: Any = NotificationsAPIClient(api_key, base_url, timeout)  # type: ignore[no-untyped-call]
        self._one_at_a_time = threading.Lock()

    async def send(self, to: str, template: str, fields: Mapping[str, str], *, key: str, again: bool) -> str:
        """Send, or find what was sent under the same key: Notify itself does not refuse a second one."""
        return await asyncio.to_thread(self._send, to, template, dict(fields), key, again)

    def _send(self, to: str, template: str, fields: dict[str, str], key: str, again: bool) -> str:
        try:
            with self._one_at_a_time:
                sent = self._sent_before(key) if again else None
                return sent or _id(self._deliver(to, template, fields, key))
        except HTTPError as error:
            raise _told_apart(error) from error
        except (APIError, OSError, ValueError, KeyError, TypeError) as error:
            raise MessageUnavailableError(f"Notify answered with something else: {type(error).__name__}") from error

    def _sent_before(self, key: str) -> str | None:
        found = self._client.get_all_notifications(reference=key)["notifications"]
        return _id(found[0]) if found else None

    def _deliver(self, to: str, template: str, fields: dict[str, str], key: str) -> Any:
        if "@" in to:
            return self._client.send_email_notification(to, template, personalisation=fields, reference=key)
        return self._client.send_sms_notification(to, template, personalisation=fields, reference=key)


def _id(notification: Any) -> str:
    return str(notification["id"])


def _told_apart(error: HTTPError) -> MessageUnavailableError | MessageRejectedError:
    # 429 is over the limit, 403 a wrong key or clock: both are put right without a change to the message.
    if error.status_code in (403, 429) or error.status_code >= 500:
        return MessageUnavailableError(f"Notify answered {error.status_code}")
    return MessageRejectedError(f"Notify answered {error.status_code}")
