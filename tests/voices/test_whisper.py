"""Given what a caller says over the telephone, what the real recogniser makes of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from agent import models
from tests.voices.callers import RATE, as_pcm, cough, hiss, said, spoken
from voices.errors import ModelBrokenError, ModelMissingError
from voices.plausibility import words
from voices.speech import Hints, Pcm
from voices.transcript import Heard, Nothing, Unclear
from voices.whisper import FULL, Recogniser, Window


def heard(recogniser: Recogniser, pcm: Pcm, hints: Hints | None = None) -> Heard:
    found = recogniser.transcribe(pcm, hints or Hints())
    assert isinstance(found, Heard), found
    return found


@pytest.mark.parametrize(
    "sentence",
    [
        "My bin has not been collected.",
        "Can I speak to a person please?",
        "I have moved house and need to change my address for council tax.",
        "Someone has dumped rubbish and an old fridge by the canal.",
    ],
)
def test_a_sentence_over_the_telephone_is_heard_word_for_word(recogniser: Recogniser, sentence: str) -> None:
    found = heard(recogniser, said(sentence, 0.15))
    assert words(found.text) == words(sentence)
    assert found.confidence > 0.6


@pytest.mark.parametrize("word", ["Yes.", "No."])
def test_a_lone_word_is_heard(recogniser: Recogniser, word: str) -> None:
    assert words(heard(recogniser, said(word, 0.15)).text) == words(word)


def test_a_phone_number_comes_as_digits(recogniser: Recogniser) -> None:
    found = heard(recogniser, said("My phone number is oh one six three two, nine six oh one two three.", 0.15))
    assert "".join(filter(str.isdigit, found.text)) == "01632960123"


def test_other_readings_come_with_the_best_one(recogniser: Recogniser) -> None:
    found = heard(recogniser, said("Twenty seven Station Road.", 0.15))
    assert found.text not in found.alternatives
    assert found.alternatives


@pytest.mark.parametrize(
    "sound",
    [
        hiss(2.0),
        np.zeros(2 * RATE, dtype=np.int16),
        hiss(2.0, 0.05),
        cough(),
        as_pcm(0.2 * np.sin(np.arange(2 * RATE) * 0.2)),
    ],
    ids=["quiet line", "digital silence", "noise", "cough", "tone"],
)
def test_no_words_are_invented_where_nobody_speaks(recogniser: Recogniser, sound: Pcm) -> None:
    assert isinstance(recogniser.transcribe(sound), Nothing)


def test_audio_shorter_than_any_word_is_nothing(recogniser: Recogniser) -> None:
    assert recogniser.transcribe(hiss(0.05)) == Nothing(0.05)


def test_speech_drowned_in_noise_is_not_acted_upon(recogniser: Recogniser) -> None:
    speech = spoken("The neighbours are playing loud music every night.").astype(np.float64)
    noise = np.random.default_rng(1).normal(0, 6000, len(speech))
    found = recogniser.transcribe((speech * 0.3 + noise).clip(-32768, 32767).astype(np.int16))
    assert isinstance(found, (Unclear, Nothing)) or found.confidence < 0.5


def test_what_is_asked_for_tips_the_scales(recogniser: Recogniser) -> None:
    audio = said("I'd like to report a missed recycling bin at fourteen Mill Lane.", 0.15)
    assert "mill lane" in heard(recogniser, audio, Hints(hotwords=("Mill Lane", "Church Road"))).text.lower()


def test_a_very_long_prompt_does_not_matter(recogniser: Recogniser) -> None:
    hints = Hints(prompt="streets of Ashcombe " * 200, hotwords=("bin",) * 200)
    assert words(heard(recogniser, said("My bin has not been collected.", 0.15), hints).text)[-1] == "collected"


def test_a_window_too_short_to_be_read_is_widened(recogniser: Recogniser) -> None:
    hasty = Recogniser(
        models.path("whisper-tiny-en"), window=Window(shortest=2.0, beyond=0.0, before=0.0, dither=0.0, beam=1)
    )
    wide = Recogniser(models.path("whisper-tiny-en"), window=FULL)
    audio = spoken("Number fourteen, no sorry, number fifteen.")
    assert len(words(heard(hasty, audio).text)) <= len(words(heard(wide, audio).text)) + 2


def test_more_than_half_a_minute_is_heard_from_its_end(recogniser: Recogniser) -> None:
    found = recogniser.transcribe(said(40.0, "Can I speak to a person please?", 0.15))
    assert isinstance(found, Heard)
    assert "person" in found.text


def test_the_multilingual_model_hears_english_when_told_so() -> None:
    many = Recogniser(models.path("whisper-base"))
    assert many.multilingual
    found = heard(many, said("My bin has not been collected.", 0.15), Hints(language="en"))
    assert words(found.text) == words("My bin has not been collected.")


def test_a_folder_without_a_model_says_so(tmp_path: Path) -> None:
    with pytest.raises(ModelMissingError, match="no Whisper model"):
        Recogniser(tmp_path)


def test_a_file_that_is_no_model_says_so(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"not a model")
    with pytest.raises(ModelBrokenError, match="does not hold a Whisper model"):
        Recogniser(tmp_path)
