"""When the bins of an address are emptied next."""

from __future__ import annotations

from agent.actions.back_office import BackOffice
from agent.actions.council_action import CouncilAction, Report, Request


class CheckNextCollection(CouncilAction):
    """Needs `address` (UPRN)."""

    def name(self) -> str:
        """As in service files."""
        return "action_check_next_collection"

    def act(self, request: Request, office: BackOffice) -> Report:
        """Facts: `next_date` and `bin_type` (`refuse and food`), then `following_date` and `following_bin_type`;
        outcome `not_found` for an address on no round."""
        days: dict[str, list[str]] = {}
        for bin_type, schedule in office.rounds.bins(request.get("address")).items():
            first = schedule.next(request.today)
            for day in (first, schedule.next(first)):
                days.setdefault(day.isoformat(), []).append(bin_type)
        if not days:
            return Report("not_found")
        first_day, following = sorted(days)[:2]
        return Report(
            facts={
                "next_date": first_day,
                "bin_type": _named(days[first_day]),
                "following_date": following,
                "following_bin_type": _named(days[following]),
            }
        )


def _named(bins: list[str]) -> str:
    first, *rest = bins
    return f"{', '.join([first, *rest[:-1]])} and {rest[-1]}" if rest else first
