from pathlib import Path

import numpy as np
import pytest

from tests.voices.speech_fixtures import joe, spoken, understood
from voices.errors import ModelBrokenError, ModelMissingError, VoicesError
from voices.piper import Piper
from voices.vits import Vits


def test_a_sentence_comes_in_blocks_and_is_understood() -> None:
    blocks = list(joe().synthesise("Your bin will be collected on Tuesday morning."))

    assert len(blocks) > 2
    assert len(blocks[0]) < joe().sample_rate / 2
    assert understood(np.concatenate(blocks), "your bin will be collected on tuesday morning")


def test_speech_begins_and_ends_without_silence() -> None:
    for text in ("Thanks.", "Sorry, I did not catch that.", "Is that right?"):
        audible = np.flatnonzero(np.abs(spoken(text).astype(int)) > 200)

        assert audible[0] < 0.04 * joe().sample_rate
        assert len(spoken(text)) > 0.3 * joe().sample_rate


def test_both_ends_fade_so_that_clauses_join_without_a_click() -> None:
    pcm = spoken("Right.").astype(int)

    assert abs(pcm[0]) < 50
    assert abs(pcm[-1]) < 50


def test_two_sentences_have_a_pause_between_them() -> None:
    together = spoken("Thanks. Goodbye.")

    longest = max(len(run) for run in np.split(together, np.flatnonzero(together)))
    assert longest > 0.2 * joe().sample_rate


def test_slower_takes_longer() -> None:
    text = "We collect your recycling every second Tuesday."

    assert len(spoken(text, 1.4)) > 1.15 * len(spoken(text, 1.0))


def test_text_without_a_sound_yields_nothing() -> None:
    assert list(joe().synthesise("")) == []
    assert list(joe().synthesise(" … ")) == []


def test_a_sentence_decoded_in_blocks_is_the_sentence_decoded_whole() -> None:
    vits = Vits(joe().path)
    assert vits.streams
    # A fixed latent: the network draws a new one, with new noise, at every run.
    latent = np.random.default_rng(7).standard_normal((1, 192, 300)).astype(np.float32)
    decoder = vits._decoder
    assert decoder is not None
    whole = np.asarray(decoder.run(None, {decoder.get_inputs()[0].name: latent})[0]).reshape(-1)

    in_blocks = np.concatenate(list(vits.decoded(latent)))

    assert np.allclose(in_blocks, whole, atol=1e-4)


def test_a_network_that_fails_is_an_error_of_the_voices_package() -> None:
    with pytest.raises(VoicesError, match="the voice failed"):
        list(joe().synthesise("Thanks.", length_scale=float("nan")))


def test_a_file_that_is_no_model_is_broken(tmp_path: Path) -> None:
    model = tmp_path / "voice.onnx"
    model.write_bytes(b"not a model")
    settings = joe().path.with_name(joe().path.name + ".json")
    (tmp_path / "voice.onnx.json").write_text(settings.read_text("utf-8"), "utf-8")

    with pytest.raises(ModelBrokenError, match=r"voice\.onnx is not a Piper voice"):
        Piper(model)


def test_settings_that_are_no_settings_are_broken(tmp_path: Path) -> None:
    (tmp_path / "voice.onnx").symlink_to(joe().path)
    (tmp_path / "voice.onnx.json").write_text("{}", "utf-8")

    with pytest.raises(ModelBrokenError, match="settings"):
        Piper(tmp_path)


def test_a_missing_voice_says_where_it_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(ModelMissingError, match="no Piper voice"):
        Piper(tmp_path)
    with pytest.raises(ModelMissingError, match="no Piper voice"):
        Piper(tmp_path / "gone.onnx")
