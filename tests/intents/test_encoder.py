"""Sentences as vectors, by the real encoder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from intents.encoder import Encoder
from intents.errors import ModelMissingError


def test_sentences_that_mean_the_same_are_near_and_others_far(encoder: Encoder) -> None:
    bin_, rubbish, road = encoder.embed(["my bin was not collected", "they missed my bin", "a hole in the road"])
    assert bin_ @ rubbish > 0.6
    assert bin_ @ road < 0.3


def test_vectors_have_length_one_and_keep_the_order_of_the_texts(encoder: Encoder) -> None:
    texts = ["a much longer sentence about a bin " * n for n in range(40, 0, -1)]
    vectors = encoder.embed(texts)
    assert vectors.dtype == np.float32
    assert vectors.shape == (40, 384)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)
    assert np.allclose(vectors[-1], encoder.embed(texts[-1:])[0], atol=1e-4)


@pytest.mark.parametrize("text", ["", "🙂", "\x00", "word " * 5_000, "ഒരു കുഴി"])
def test_odd_texts_have_vectors_too(encoder: Encoder, text: str) -> None:
    assert np.isfinite(encoder.embed([text])).all()


def test_no_texts_give_no_vectors(encoder: Encoder) -> None:
    assert len(encoder.embed([])) == 0


def test_a_missing_model_names_the_command_that_fetches_it(tmp_path: Path) -> None:
    with pytest.raises(ModelMissingError, match="townline models fetch minilm"):
        Encoder(tmp_path / "minilm")
