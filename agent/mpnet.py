"""Makes all-mpnet-base-v2's ONNX graph from its published weights, with 8-bit matrices.

The shapes are those of Microsoft's MPNet: 12 layers of 12 heads, and one table of relative positions for all layers.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

ARCHIVE = "all-mpnet-base-v2.zip"
_INSIDE = "all-mpnet-base-v2"
LAYERS, HEADS, HEAD, WIDTH = 12, 12, 64, 768
LONGEST = 128
"""Tokens; `intents.encoder.MAX_TOKENS`."""
BLOCK = 32
"""Weights that share one scale."""
_BUCKETS, _EXACT = 16, 8
_MICROSOFT = "com.microsoft"

Floats = npt.NDArray[np.float32]


def build(folder: Path) -> None:
    """Write `model.onnx` and `tokenizer.json` from the archive in `folder`; raises OSError, KeyError or ValueError."""
    with ZipFile(folder / ARCHIVE) as archive:
        (folder / "tokenizer.json").write_bytes(archive.read(f"{_INSIDE}/tokenizer.json"))
        weights = read_safetensors(archive.read(f"{_INSIDE}/model.safetensors"))
    onnx.save(Graph(weights).model(), str(folder / "model.onnx"))


def read_safetensors(content: bytes) -> dict[str, Floats]:
    """The float32 tensors of a safetensors file, by name: a JSON header behind its length, then the numbers."""
    size = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + size])
    tensors: dict[str, Floats] = {}
    for name, about in header.items():
        if name != "__metadata__" and about["dtype"] == "F32":
            start, end = (8 + size + offset for offset in about["data_offsets"])
            tensors[name] = np.frombuffer(content[start:end], np.float32).reshape(about["shape"])
    return tensors


def buckets(longest: int = LONGEST) -> npt.NDArray[np.int64]:
    """For every pair of positions the row of the relative position table: int64 `[longest, longest]`, 0 to 31.

    The nearest 8 on either side have a row each; those further off share rows, on a logarithmic scale.
    """
    places = np.arange(longest)
    away = places[:, None] - places[None, :]
    far = np.abs(away)
    scale = np.log(np.maximum(far, 1) / _EXACT) / math.log(128 / _EXACT) * (_BUCKETS - _EXACT)
    shared = np.minimum(_EXACT + scale.astype(np.int64), _BUCKETS - 1)
    return np.asarray(np.where(away < 0, _BUCKETS, 0) + np.where(far < _EXACT, far, shared), np.int64)


def quantized(matrix: Floats) -> tuple[npt.NDArray[np.uint8], Floats]:
    """`[out, in]` as bytes `[out, blocks, BLOCK]` around 128, and a scale for each block."""
    blocks = matrix.reshape(len(matrix), -1, BLOCK)
    scales = np.maximum(np.abs(blocks).max(axis=2) / 127, 1e-12).astype(np.float32)
    return (np.rint(blocks / scales[:, :, None]) + 128).astype(np.uint8), scales


class Graph:
    """The network, node by node. Inputs are `input_ids` and `attention_mask`, int64 `[batch, tokens]`."""

    def __init__(self, weights: Mapping[str, Floats]) -> None:
        self._weights = {name.removeprefix("mpnet."): tensor for name, tensor in weights.items()}
        self._nodes: list[onnx.NodeProto] = []
        self._tensors: list[onnx.TensorProto] = []

    def model(self) -> onnx.ModelProto:
        """The whole model; its output is float32 `[batch, tokens, 768]`."""
        self._constants()
        bias = self._attention_bias()
        tokens = self._embeddings()
        for layer in range(LAYERS):
            tokens = self._layer(f"encoder.layer.{layer}.", tokens, bias)
        ids, mask = (
            helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"])
            for name in ("input_ids", "attention_mask")
        )
        out = helper.make_tensor_value_info(tokens, TensorProto.FLOAT, ["batch", "tokens", WIDTH])
        graph = helper.make_graph(self._nodes, "mpnet", [ids, mask], [out], self._tensors)
        sets = [helper.make_opsetid("", 17), helper.make_opsetid(_MICROSOFT, 1)]
        return helper.make_model(graph, opset_imports=sets, ir_version=9)

    def _keep(self, name: str, tensor: npt.NDArray[np.generic]) -> str:
        self._tensors.append(numpy_helper.from_array(np.ascontiguousarray(tensor), name))
        return name

    def _do(self, operation: str, inputs: Sequence[str], output: str, **attributes: Any) -> str:
        self._nodes.append(helper.make_node(operation, list(inputs), [output], name=output, **attributes))
        return output

    def _constants(self) -> None:
        for name, value in {
            "one": np.float32(1),
            "never": np.float32(-1e9),
            "scale": np.float32(1 / math.sqrt(HEAD)),
            "axis": np.int64(1),
            "two axes": np.array([1, 2], np.int64),
            "last axes": np.array([2, 3], np.int64),
            "origin": np.array([0, 0], np.int64),
            "heads": np.array([0, 0, HEADS, HEAD], np.int64),
            "width": np.array([0, 0, WIDTH], np.int64),
        }.items():
            self._keep(name, np.asarray(value))

    def _attention_bias(self) -> str:
        """What relative position and padding add to every layer's attention."""
        table = self._weights["encoder.relative_attention_bias.weight"][buckets()]
        self._keep("positions", table.transpose(2, 0, 1)[None])
        length = self._do("Shape", ["input_ids"], "length", start=1, end=2)
        self._do("Concat", [length, length], "lengths", axis=0)
        self._do("Slice", ["positions", "origin", "lengths", "last axes"], "relative")
        self._do("Cast", ["attention_mask"], "real", to=TensorProto.FLOAT)
        self._do("Unsqueeze", ["real", "two axes"], "real keys")
        self._do("Sub", ["one", "real keys"], "padding")
        self._do("Mul", ["padding", "never"], "hidden")
        return self._do("Add", ["relative", "hidden"], "bias")

    def _embeddings(self) -> str:
        # Positions count from 2; the padding's is 1.
        self._do("CumSum", ["attention_mask", "axis"], "count")
        self._do("Mul", ["count", "attention_mask"], "counted")
        self._do("Add", ["counted", "axis"], "place")
        # Half the bytes, and no difference in the sixth figure.
        self._keep("words", self._weights["embeddings.word_embeddings.weight"].astype(np.float16))
        self._keep("places", self._weights["embeddings.position_embeddings.weight"])
        self._do("Gather", ["words", "input_ids"], "half words")
        self._do("Cast", ["half words"], "word", to=TensorProto.FLOAT)
        self._do("Gather", ["places", "place"], "at")
        return self._norm("embeddings.LayerNorm", self._do("Add", ["word", "at"], "embedded"))

    def _norm(self, name: str, rows: str) -> str:
        own = [self._keep(f"{name}.{part}", self._weights[f"{name}.{part}"]) for part in ("weight", "bias")]
        return self._do("LayerNormalization", [rows, *own], name, axis=-1, epsilon=1e-5)

    def _linear(self, name: str, rows: str) -> str:
        matrix = self._weights[f"{name}.weight"]
        packed, scales = quantized(matrix)
        inputs = [rows, self._keep(f"{name}.packed", packed), self._keep(f"{name}.scales", scales.reshape(-1))]
        out, into = matrix.shape
        sizes = {"K": into, "N": out, "bits": 8, "block_size": BLOCK, "accuracy_level": 4}
        product = self._do("MatMulNBits", inputs, f"{name}.product", domain=_MICROSOFT, **sizes)
        return self._do("Add", [product, self._keep(f"{name}.bias", self._weights[f"{name}.bias"])], name)

    def _head(self, name: str, rows: str, order: Sequence[int]) -> str:
        split = self._do("Reshape", [self._linear(name, rows), "heads"], f"{name}.split")
        return self._do("Transpose", [split], f"{name}.turned", perm=list(order))

    def _layer(self, name: str, rows: str, bias: str) -> str:
        attention = f"{name}attention."
        query = self._head(f"{attention}attn.q", rows, (0, 2, 1, 3))
        key = self._head(f"{attention}attn.k", rows, (0, 2, 3, 1))
        value = self._head(f"{attention}attn.v", rows, (0, 2, 1, 3))
        scaled = self._do("Mul", [query, "scale"], f"{attention}scaled")
        scores = self._do("MatMul", [scaled, key], f"{attention}scores")
        shares = self._do(
            "Softmax", [self._do("Add", [scores, bias], f"{attention}sum")], f"{attention}shares", axis=-1
        )
        seen = self._do("MatMul", [shares, value], f"{attention}seen")
        turned = self._do("Transpose", [seen], f"{attention}turned", perm=[0, 2, 1, 3])
        joined = self._do("Reshape", [turned, "width"], f"{attention}joined")
        out = self._do("Add", [self._linear(f"{attention}attn.o", joined), rows], f"{attention}out")
        attended = self._norm(f"{attention}LayerNorm", out)
        wide = self._linear(f"{name}intermediate.dense", attended)
        active = self._do("Gelu", [wide], f"{name}active", domain=_MICROSOFT)
        narrow = self._do("Add", [self._linear(f"{name}output.dense", active), attended], f"{name}out")
        return self._norm(f"{name}output.LayerNorm", narrow)
