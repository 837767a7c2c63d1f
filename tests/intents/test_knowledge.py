"""Published answers with their source."""

from __future__ import annotations

import pytest

from intents.catalogue import Catalogue
from intents.knowledge import Knowledge, NoAnswerError

ANSWER = """\
service:
  id: tip
  title: The tip
  kind: answer
  team: Waste
  source: {title: Recycling centre, url: "https://council.example/tip", updated: "2026-03-01"}
nlu:
- intent: tip
  examples: |
    - when's the tip open
responses:
  utter_intent: [{text: the tip}]
  utter_answer:
  - text: The tip is open from eight until four, every day.
  - text: You can go any day, between eight and four.
"""


def test_a_published_answer_comes_with_its_source_and_other_words() -> None:
    answer = Knowledge(Catalogue.from_documents({"tip.yaml": ANSWER}).services).answer("tip")
    assert answer.text == "The tip is open from eight until four, every day."
    assert answer.again == "You can go any day, between eight and four."
    assert answer.source.updated == "2026-03-01"


def test_a_service_without_an_answer_says_so(catalogue: Catalogue) -> None:
    with pytest.raises(NoAnswerError):
        Knowledge(catalogue.services).answer("noise")


def test_pages_that_were_not_looked_at_for_long_are_found() -> None:
    knowledge = Knowledge(Catalogue.from_documents({"tip.yaml": ANSWER}).services)
    assert [answer.service for answer in knowledge.older_than("2026-06-01")] == ["tip"]
    assert knowledge.older_than("2026-01-01") == ()
