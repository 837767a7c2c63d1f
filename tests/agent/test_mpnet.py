"""The parts that MPNet's graph is made of; the whole was compared with the published weights by hand."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from agent.errors import ModelBrokenError
from agent.model_building import make
from agent.mpnet import ARCHIVE, BLOCK, buckets, quantized, read_safetensors


def test_tensors_are_read_by_name() -> None:
    numbers = np.arange(6, dtype=np.float32)
    header = json.dumps(
        {"__metadata__": {"format": "pt"}, "w": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}}
    ).encode()
    found = read_safetensors(len(header).to_bytes(8, "little") + header + numbers.tobytes())
    assert found["w"].tolist() == [[0, 1, 2], [3, 4, 5]]


def test_near_positions_have_a_row_each_and_far_ones_share() -> None:
    table = buckets(128)
    assert table[10, 10:18].tolist() == [0, 17, 18, 19, 20, 21, 22, 23]
    assert table[18, 10:19].tolist() == [8, 7, 6, 5, 4, 3, 2, 1, 0]
    assert (table.min(), table.max()) == (0, 31)
    assert table[127, 0] == 15


def test_eight_bits_keep_a_matrix_to_the_third_figure() -> None:
    matrix = np.random.default_rng(0).normal(size=(16, 2 * BLOCK)).astype(np.float32)
    packed, scales = quantized(matrix)
    back = ((packed.astype(np.float32) - 128) * scales[:, :, None]).reshape(matrix.shape)
    assert packed.dtype == np.uint8
    assert np.abs(back - matrix).max() <= scales.max() / 2 + 1e-6


def test_an_archive_of_another_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / ARCHIVE).write_bytes(b"not a zip")
    with pytest.raises(ModelBrokenError, match="mpnet could not be made"):
        make("mpnet", tmp_path)
