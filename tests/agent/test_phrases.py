"""Given wording in which something varies, which of it is rendered before anybody rings."""

from __future__ import annotations

from agent.phrases import fixed_wording
from agent.settings import ROOT
from intents.catalogue import Catalogue


def test_sentences_beside_one_that_varies_are_fixed_wording() -> None:
    services = Catalogue.load(ROOT / "intents/services").services
    fixed = set(fixed_wording(services, "Ashcombe Borough Council"))
    assert {"Thank you, that's reported.", "An inspector will look at it.", "Shall I report it?"} <= fixed
    assert not any("{" in sentence for sentence in fixed)


def test_what_most_calls_are_answered_with_first_is_fixed_wording() -> None:
    services = Catalogue.load(ROOT / "intents/services").services
    fixed = set(fixed_wording(services, "Ashcombe Borough Council"))
    assert {"OK, a bin that wasn't collected.", "Is it about a bin that wasn't collected?"} <= fixed
