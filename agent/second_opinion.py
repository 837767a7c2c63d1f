"""The language model's word on what was understood: it moves probabilities and shortens a published answer, no more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from agent.confidence import LIMITS, Limits
from agent.inputs import Spoke
from agent.llm.answers import Candidate, NoAnswer
from agent.llm.settings import Task
from agent.llm.tasks import LanguageModel
from agent.state import CallState, Phase
from intents.entities.phrases import Act
from intents.service import Service
from intents.understanding import Guess, PublishedAnswer, Understanding
from voices.transcript import Heard

_MOST = 6
_EXAMPLES = 3
_LEAST = 0.05
"""A candidate that the classifier thinks less likely than this is not offered."""

_FOR = 4.0
"""How much likelier a request becomes when the model picks it. One that the classifier gives less than 0.27 stays a
question all the same."""

_AGAINST = 0.7
"""What is left of every candidate's probability when the model says that none of them is meant."""

_OPEN = (Phase.GREETING, Phase.REQUEST, Phase.ANYTHING_ELSE)


class SecondOpinion:
    """Asks the model about utterances in between sure and not understood, and about answers from the council's pages.

    Each question takes at most the deadline of its task, and a turn asks one at most.
    """

    def __init__(self, model: LanguageModel, services: Mapping[str, Service], limits: Limits = LIMITS) -> None:
        self._model = model
        self._services = services
        self._limits = limits

    async def on(self, spoke: Spoke, state: CallState) -> Spoke:
        """The same utterance, with the model's word on it; as it is when the model is late or off."""
        plain = spoke.danger is None and spoke.act is Act.NONE and isinstance(spoke.transcript, Heard)
        if not plain or state.phase not in _OPEN:
            return spoke
        if spoke.understanding.published is not None:
            return await self._phrased(spoke, spoke.understanding.published)
        return await self._weighed(spoke) if self._doubtful(spoke.understanding) else spoke

    async def _phrased(self, spoke: Spoke, published: PublishedAnswer) -> Spoke:
        if Task.PHRASE not in self._model.tasks:
            return spoke
        said = await self._model.phrase(spoke.understanding.text, published.text)
        return replace(spoke, understanding=replace(spoke.understanding, published=replace(published, text=said.text)))

    async def _weighed(self, spoke: Spoke) -> Spoke:
        guesses = spoke.understanding.guesses
        offered = [g for g in guesses[:_MOST] if g.intent in self._services and g.probability >= _LEAST]
        if len(offered) < 2:
            return spoke
        answer = await self._model.choose(spoke.understanding.text, [self._candidate(g.intent) for g in offered])
        if isinstance(answer, NoAnswer):
            return spoke
        others = tuple(g for g in guesses if g not in offered)
        weighed_ = sorted((*weighed(offered, answer.intent), *others), key=lambda g: -g.probability)
        return replace(spoke, understanding=replace(spoke.understanding, guesses=tuple(weighed_)))

    def _doubtful(self, understanding: Understanding) -> bool:
        """Whether the line would have to ask: more than nothing to go by, and less than enough."""
        best = understanding.guesses[0] if understanding.guesses else None
        service = self._services.get(best.intent) if best else None
        if best is None or service is None or Task.CHOOSE not in self._model.tasks:
            return False
        own = service.about.thresholds
        accept = self._limits.intent_accept if own.accept is None else own.accept
        confirm = self._limits.intent_confirm if own.confirm is None else own.confirm
        return confirm <= best.probability < accept and understanding.out_of_scope < self._limits.out_of_scope

    def _candidate(self, intent: str) -> Candidate:
        service = self._services[intent]
        return Candidate(intent, service.about.title, tuple(e.text for e in service.examples[:_EXAMPLES]))


def weighed(offered: list[Guess], chosen: str | None) -> tuple[Guess, ...]:
    """Candidates after the model picked one, or none of them; together they are as likely as before, or less."""
    if chosen is None:
        return tuple(Guess(g.intent, g.probability * _AGAINST) for g in offered)
    weights = [g.probability * (_FOR if g.intent == chosen else 1.0) for g in offered]
    scale = sum(g.probability for g in offered) / sum(weights)
    return tuple(Guess(g.intent, weight * scale) for g, weight in zip(offered, weights, strict=True))
