"""The sample services and the sample actions fit together."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.actions.runner import ActionRunner
from agent.errors import ActionRejectedError, ActionUnavailableError
from intents.catalogue import Catalogue
from intents.service import Service

SERVICES = Path(__file__).resolve().parent.parent.parent / "intents" / "services"


def all_services() -> list[Service]:
    return [service for service in Catalogue.load(SERVICES).services.values() if service.about.kind == "complete"]


@pytest.mark.parametrize("service", all_services(), ids=lambda service: service.id)
async def test_every_action_that_a_service_names_exists(service: Service, tmp_path: Path) -> None:
    names = [name for name in (service.about.check, service.about.action) if name]
    async with ActionRunner.in_process(database=tmp_path / "office.sqlite") as runner:
        for name in names:
            try:
                slots = {"today": "2026-11-23", "address": "100900000028"}
                await runner.run(name, slots=slots, call_id="call-1", deadline=10)
            except ActionRejectedError:
                continue
            except ActionUnavailableError as error:
                pytest.fail(f"{service.id}: {error}")
