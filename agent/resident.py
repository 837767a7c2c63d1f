"""LiveKit's side of a conversation: what it takes for the agent and for the language model."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

from livekit.agents import Agent, ModelSettings, llm

from agent.conversation import Conversation
from agent.turn import Plan


class Resident(Agent):
    """LiveKit's side of the conversation: every reply is a plan of the dialogue, made ahead and taken once."""

    def __init__(self, conversation: Conversation, taken: Callable[[], None]) -> None:
        super().__init__(instructions="")
        self._conversation = conversation
        self._taken = taken
        self._answering: tuple[str, Plan] | None = None
        """The message whose turn is over, and what was decided about it."""

    async def llm_node(
        self, chat_ctx: llm.ChatContext, tools: list[llm.Tool], model_settings: ModelSettings
    ) -> AsyncIterator[str]:
        """The reply to the caller's last words, sentence by sentence."""
        message = _last_message(chat_ctx)
        if self._answering is not None and message is not None and message.id == self._answering[0]:
            # LiveKit threw away what it had made ahead, and asks again: the turn is taken already.
            plan = self._answering[1]
        else:
            plan = await self._conversation.plan_for((message.text_content or "") if message else "")
        async for sentence in plan.words():
            yield sentence + " "

    async def on_user_turn_completed(self, turn_ctx: llm.ChatContext, new_message: llm.ChatMessage) -> None:
        """The turn is really over: only now may it have effects."""
        plan = await self._conversation.turn_is_over(new_message.text_content or "")
        self._answering = (new_message.id, plan)
        self._taken()


class DialogueModel(llm.LLM[Any]):
    """Stands where LiveKit expects a language model; replies come from `Resident.llm_node`."""

    def chat(self, **_: Any) -> llm.LLMStream:
        """Never asked. Raises `RuntimeError`."""
        raise RuntimeError("replies are the dialogue's; no language model is asked for them")


def _last_message(chat_ctx: llm.ChatContext) -> llm.ChatMessage | None:
    """The caller's last words as LiveKit keeps them."""
    said = (item for item in reversed(chat_ctx.items) if isinstance(item, llm.ChatMessage) and item.role == "user")
    return next(said, None)
