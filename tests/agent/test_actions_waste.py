"""Ashcombe's waste actions: rounds, missed bins, bulky waste and new bins, on days that the tests choose."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from agent.actions.runner import ActionResult, ActionRunner
from agent.errors import ActionRejectedError

ROUNDS = """round,bin,weekday,weeks,anchor
R1,refuse,tuesday,A,2026-01-05
R1,recycling,tuesday,B,2026-01-05
R1,food,tuesday,AB,2026-01-05
R2,refuse,tuesday,A,2026-01-05
"""
ADDRESSES = "uprn,round\n1,R1\n2,R1\n3,R1\n4,R2\n"
CREW = """what,place,bin,reason
contaminated,2,refuse,nappies
missed_before,3,refuse,2
late,R2,refuse,
"""

# 24 November 2026 is a Tuesday in a week A of these rounds; 17 November in a week B.
REFUSE_DAY = "2026-11-24"


@pytest.fixture
async def runner(tmp_path: Path) -> AsyncIterator[ActionRunner]:
    for name, text in (("rounds", ROUNDS), ("addresses", ADDRESSES), ("crew", CREW)):
        (tmp_path / f"{name}.csv").write_text(text)
    async with ActionRunner.in_process(database=tmp_path / "office.sqlite", council=tmp_path) as opened:
        yield opened


async def run(runner: ActionRunner, name: str, today: str, **slots: str) -> ActionResult:
    return await runner.run(name, slots={**slots, "today": today}, call_id="call-1", deadline=10)


async def missed(runner: ActionRunner, today: str, address: str = "1", bin_type: str = "refuse") -> ActionResult:
    return await run(runner, "action_check_missed_bin", today, address=address, bin_type=bin_type)


async def report(runner: ActionRunner, today: str, key: str, address: str = "1") -> ActionResult:
    name = "action_report_missed_bin"
    return await run(runner, name, today, address=address, bin_type="refuse", idempotency_key=key, reference="AB-1234")


async def test_a_bin_that_should_have_been_emptied_is_fetched_within_two_working_days(runner: ActionRunner) -> None:
    assert await missed(runner, "2026-11-25") == ActionResult("recollection", {"recollection_date": "2026-11-27"})


async def test_a_bin_of_the_other_week_is_not_due(runner: ActionRunner) -> None:
    assert await missed(runner, "2026-11-20") == ActionResult("not_due", {"next_date": REFUSE_DAY})


async def test_a_bin_that_is_reported_is_not_reported_again(runner: ActionRunner) -> None:
    await report(runner, REFUSE_DAY, "k1")
    assert await missed(runner, "2026-11-25") == ActionResult("already_reported", {"reported_date": REFUSE_DAY})
    assert (await missed(runner, "2026-11-25", bin_type="food")).outcome == "recollection"
    assert (await missed(runner, "2026-12-09")).outcome == "recollection"


async def test_a_late_round_is_late_only_on_its_day(runner: ActionRunner) -> None:
    assert (await missed(runner, REFUSE_DAY, address="4")).outcome == "round_late"
    assert (await missed(runner, "2026-11-25", address="4")).outcome == "recollection"


async def test_a_contaminated_bin_comes_with_its_reason(runner: ActionRunner) -> None:
    assert await missed(runner, "2026-11-25", address="2") == ActionResult("contaminated", {"reason": "nappies"})


async def test_the_third_miss_is_told_from_crew_notes_or_from_reports(runner: ActionRunner) -> None:
    assert (await missed(runner, "2026-11-25", address="3")).outcome == "three_misses"
    await report(runner, "2026-10-28", "k1")
    await report(runner, "2026-11-11", "k2")
    assert (await missed(runner, "2026-11-25")).outcome == "three_misses"


async def test_an_address_on_no_round_can_still_be_reported(runner: ActionRunner) -> None:
    assert await missed(runner, "2026-11-25", address="99") == ActionResult("ok", {})


async def test_a_report_happens_once_for_its_key(runner: ActionRunner) -> None:
    first = await report(runner, "2026-11-25", "k1")
    assert first.facts == {"recollection_date": "2026-11-27"}
    assert await report(runner, "2026-12-01", "k1") == first


async def test_the_next_collections_name_their_bins(runner: ActionRunner) -> None:
    found = await run(runner, "action_check_next_collection", "2026-11-23", address="1")
    assert found.facts == {
        "next_date": REFUSE_DAY,
        "bin_type": "refuse and food",
        "following_date": "2026-12-01",
        "following_bin_type": "recycling and food",
    }
    assert (await run(runner, "action_check_next_collection", "2026-11-23", address="99")).outcome == "not_found"


async def test_bulky_waste_offers_three_days_and_the_fee(runner: ActionRunner) -> None:
    found = await run(runner, "action_check_bulky_waste", "2026-11-23", address="1", number_of_items="2")
    assert found == ActionResult(
        "ok",
        {
            "date_1": "2026-11-26",
            "date_2": "2026-12-01",
            "date_3": "2026-12-03",
            "dates": "2026-11-26 2026-12-01 2026-12-03",
            "fee": "£35",
            "max_items": "5",
        },
    )
    many = await run(runner, "action_check_bulky_waste", "2026-11-23", address="1", number_of_items="6")
    assert many.outcome == "too_many"


async def test_no_bulky_waste_is_collected_on_a_bank_holiday(runner: ActionRunner) -> None:
    found = await run(runner, "action_check_bulky_waste", "2026-12-18", address="1", number_of_items="1")
    assert found.facts["dates"] == "2026-12-24 2026-12-29 2026-12-31"


async def book(runner: ActionRunner, key: str, day: str) -> ActionResult:
    name = "action_book_bulky_waste"
    return await run(runner, name, "2026-11-23", address="1", items="a sofa", collection_date=day, idempotency_key=key)


async def test_a_booking_is_made_once_and_a_full_day_is_refused(runner: ActionRunner) -> None:
    first = await book(runner, "k0", "2026-11-26")
    assert first.facts == {"booked_date": "2026-11-26", "fee": "£35"}
    for number in range(1, 8):
        await book(runner, f"k{number}", "2026-11-26")

    with pytest.raises(ActionRejectedError):
        await book(runner, "k9", "2026-11-26")

    assert await book(runner, "k0", "2026-11-26") == first
    offered = await run(runner, "action_check_bulky_waste", "2026-11-23", address="1", number_of_items="1")
    assert offered.facts["date_1"] == "2026-12-01"


async def test_a_day_on_which_no_crew_goes_out_is_refused(runner: ActionRunner) -> None:
    with pytest.raises(ActionRejectedError):
        await book(runner, "k1", "2026-11-28")


async def test_a_new_bin_is_ordered_once(runner: ActionRunner) -> None:
    slots = {"address": "1", "bin_type": "recycling", "reason": "damaged"}
    assert (await run(runner, "action_check_new_bin", "2026-11-23", **slots)).outcome == "ok"
    ordered = await run(runner, "action_order_bin", "2026-11-23", **slots, idempotency_key="k1")
    assert ordered.facts == {"delivery_days": "10", "delivery_date": "2026-12-07"}
    again = await run(runner, "action_check_new_bin", "2026-11-30", **slots)
    assert (again.outcome, again.facts["reported_date"]) == ("already_ordered", "2026-11-23")


async def test_a_garden_bin_has_its_charge(runner: ActionRunner) -> None:
    found = await run(runner, "action_check_new_bin", "2026-11-23", address="1", bin_type="garden")
    assert (found.outcome, found.facts["fee"]) == ("charge", "£30")


async def test_other_requests_and_enquiries_are_kept(runner: ActionRunner) -> None:
    for name in ("action_open_case", "action_log_enquiry"):
        done = await run(runner, name, "2026-11-23", service="noise", details="a cockerel", idempotency_key=name)
        assert done == ActionResult("ok", {})
