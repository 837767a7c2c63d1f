"""Housing repairs: whose they are, whether they are known, and Awaab's Law."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from agent.actions.hazards import hazard_in
from agent.actions.runner import ActionResult, ActionRunner

EMERGENCIES = [
    "my boiler's broken and we've got no heating",
    "there's no hot water",
    "the heating has been off since last night",
    "water is pouring through the kitchen ceiling",
    "we've had a burst pipe",
    "there are bare wires hanging out of the wall",
    "the socket is burnt and it was sparking",
    "the front door won't lock",
    "someone smashed the window last night",
    "part of the bedroom ceiling has come down",
    "raw sewage is coming up in the bath",
    "there's no running water in the flat",
    "the mould is making my baby ill",
    "damp all over the bedroom and my son has asthma",
    "I can smell gas in the kitchen",
]
DAMP = ["there's black mould in the bathroom", "the walls are damp", "mouldy patches behind the wardrobe"]
HAZARDS = ["the banister is loose", "we've got mice", "there's a big crack in the wall", "the tap is leaking a bit"]
ORDINARY = [
    "the kitchen cupboard door has come off",
    "the fence blew over",
    "the toilet seat is cracked",
    "there's no damp but the paint is peeling",
    "the extractor fan is noisy",
]


@pytest.mark.parametrize(
    ("problem", "grade"),
    [
        *((problem, "emergency") for problem in EMERGENCIES),
        *((problem, "damp_mould") for problem in DAMP),
        *((problem, "hazard") for problem in HAZARDS),
        *((problem, None) for problem in ORDINARY),
    ],
)
def test_hazards_are_told_from_the_tenants_words(problem: str, grade: str | None) -> None:
    found = hazard_in(problem)
    assert (found.grade if found else None) == grade


@pytest.fixture
async def runner(tmp_path: Path) -> AsyncIterator[ActionRunner]:
    async with ActionRunner.in_process(database=tmp_path / "office.sqlite") as opened:
        yield opened


async def check(
    runner: ActionRunner, problem: str, *, tenancy: str = "council", today: str = "2026-11-23"
) -> ActionResult:
    slots = {"tenancy": tenancy, "address": "100900000192", "problem": problem, "today": today}
    return await runner.run("action_check_repair", slots=slots, call_id="call-1", deadline=10)


async def test_an_emergency_is_due_within_24_hours(runner: ActionRunner) -> None:
    found = await check(runner, "we've got no heating")
    assert found == ActionResult("emergency", {"hazard": "heating", "due_hours": "24"})


async def test_damp_and_mould_is_due_within_ten_working_days(runner: ActionRunner) -> None:
    found = await check(runner, "black mould in the bathroom", today="2026-12-18")
    assert found.outcome == "damp_mould"
    assert (found.facts["due_working_days"], found.facts["due_date"]) == ("10", "2027-01-06")


@pytest.mark.parametrize("tenancy", ["private", "housing association"])
async def test_another_landlords_home_is_not_the_councils(runner: ActionRunner, tenancy: str) -> None:
    assert (await check(runner, "we've got no heating", tenancy=tenancy)).outcome == "private"


async def test_an_owner_is_told_what_the_council_looks_after(runner: ActionRunner) -> None:
    assert (await check(runner, "the fence blew over", tenancy="own home")).outcome == "leaseholder"


async def test_an_ordinary_repair_is_simply_taken(runner: ActionRunner) -> None:
    assert await check(runner, "the fence blew over") == ActionResult("ok", {})


async def report(runner: ActionRunner, problem: str) -> None:
    slots = {"address": "100900000192", "problem": problem, "today": "2026-11-20", "idempotency_key": problem}
    await runner.run("action_report_repair", slots=slots, call_id="call-1", deadline=10)


async def test_a_known_repair_is_known(runner: ActionRunner) -> None:
    await report(runner, "the fence blew over")
    assert (await check(runner, "it's the back fence again")).facts == {"reported_date": "2026-11-20"}
    assert (await check(runner, "the gutter is hanging down")).outcome == "ok"


async def test_an_emergency_is_taken_even_when_it_is_known(runner: ActionRunner) -> None:
    await report(runner, "the boiler is noisy")
    assert (await check(runner, "the boiler has broken down, no heating")).outcome == "emergency"
