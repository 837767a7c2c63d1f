"""A browser without scripts: keeps cookies, reads the form's token, follows no redirects."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import ClientSession


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    text: str
    headers: Mapping[str, str]

    @property
    def location(self) -> str:
        return self.headers.get("Location", "")


class Visitor:
    """One person at the pages."""

    def __init__(self, http: ClientSession, address: str) -> None:
        self._http = http
        self._address = address
        self.token = ""

    async def open(self, path: str) -> Answer:
        async with self._http.get(
            f"{self._address}{path}", allow_redirects=False, headers={"Accept": "text/html"}
        ) as response:
            return self._read(Answer(response.status, await response.text(), dict(response.headers)))

    async def post(self, path: str, **fields: str) -> Answer:
        data = {"csrf": self.token, **fields}
        async with self._http.post(
            f"{self._address}{path}", data=data, allow_redirects=False, headers={"Accept": "text/html"}
        ) as response:
            return self._read(Answer(response.status, await response.text(), dict(response.headers)))

    async def sign_in(self, role: str, password: str, *, name: str = "Ada", wanted: str = "") -> Answer:
        path = f"/sign-in?next={wanted}" if wanted else "/sign-in"
        await self.open(path)
        return await self.post(path, role=role, name=name, password=password)

    def _read(self, answer: Answer) -> Answer:
        token = re.search(r'name="csrf" value="([^"]+)"', answer.text)
        if token:
            self.token = token[1]
        return answer
