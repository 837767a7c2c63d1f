"""Vectors that are kept from one training to the next."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from agent import models
from intents.encoder import Encoder
from intents.remembered import RememberingEncoder

TEXTS = ["my bin was missed", "a hole in the road", "my bin was missed"]


class Counting(RememberingEncoder):
    """Tells what it really embeds."""

    def __init__(self, folder: Path) -> None:
        super().__init__(models.path("minilm"), folder)
        self.embedded: list[str] = []

    def _embed_batch(self, texts: list[str]) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
        self.embedded += texts
        return super()._embed_batch(texts)


def test_what_was_kept_is_not_embedded_again_and_is_the_same(tmp_path: Path, encoder: Encoder) -> None:
    first = Counting(tmp_path)
    assert np.allclose(first.embed(TEXTS), encoder.embed(TEXTS), atol=1e-5)
    assert sorted(first.embedded) == sorted(set(TEXTS))
    first.keep()
    again = Counting(tmp_path)
    assert np.array_equal(again.embed([*TEXTS, "a new one"])[:3], first.embed(TEXTS))
    assert again.embedded == ["a new one"]


def test_where_there_is_no_room_for_all_what_was_asked_for_last_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("intents.remembered.MOST", 2)
    first = Counting(tmp_path)
    first.embed(TEXTS)
    first.keep()
    second = Counting(tmp_path)
    second.embed(["a new one"])
    second.keep()
    third = Counting(tmp_path)
    third.embed([*TEXTS, "a new one"])
    assert third.embedded == [TEXTS[1]]


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04 cut off"])
def test_a_damaged_file_counts_as_none(tmp_path: Path, content: bytes, encoder: Encoder) -> None:
    (tmp_path / f"{encoder.identity}.npz").write_bytes(content)
    broken = Counting(tmp_path)
    broken.embed(TEXTS)
    assert len(broken.embedded) == 2
    broken.keep()
    assert Counting(tmp_path).embed(TEXTS).shape == (3, 384)


def test_a_folder_that_cannot_be_written_costs_only_the_memory(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    full = Counting(tmp_path / "file" / "inside")
    full.embed(TEXTS)
    full.keep()
