"""Sign-in for `staff` and `admin`: one password each, kept as an Argon2 hash."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Literal

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy.ext.asyncio import AsyncSession

from agent.records.database import Database
from agent.records.tables import AccountRow

Role = Literal["staff", "admin"]

_hasher = PasswordHasher()
_NOBODYS = "$argon2id$v=19$m=65536,t=3,p=4$c29tZSBvdGhlciBzYWx0$3BcFD6Wzo9BnLyMSB9lsTFu9dHOJDAJNGBGqJbDGj8E"
"""Checked when no password is set, so that the answer takes as long."""


class AccountRecords(Database):
    """The store's part for accounts."""

    async def set_password(self, role: Role, password: str) -> None:
        """Set or change a role's password."""
        hashed = await asyncio.to_thread(_hasher.hash, password)

        async def work(session: AsyncSession) -> None:
            await session.merge(AccountRow(role=role, password=hashed, changed=self.now()))

        await self._write(work)

    async def verify(self, role: Role, password: str) -> bool:
        """Whether this is the role's password; takes equally long when there is none."""
        row = await self._account(role)
        return await asyncio.to_thread(_matches, row.password if row else _NOBODYS, password) and row is not None

    async def has_password(self, role: Role) -> bool:
        """Whether a password was set."""
        return await self._account(role) is not None

    async def password_set(self, role: Role) -> dt.datetime | None:
        """When the role's password was last set (UTC); sessions that began before it are over."""
        row = await self._account(role)
        return row.changed if row else None

    async def _account(self, role: Role) -> AccountRow | None:
        async def work(session: AsyncSession) -> AccountRow | None:
            return await session.get(AccountRow, role)

        return await self._read(work)


def _matches(hashed: str, password: str) -> bool:
    try:
        return _hasher.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False
