"""The neural network of a Piper voice (VITS), run so that a sentence is heard before all of it is made.

Its last part, the decoder, is a stack of convolutions from 192 numbers a frame to sound. It makes up three quarters of
the work and looks only a few frames around each one, so it is cut off and run on a few frames at a time. With
`_CONTEXT` frames on either side the sound is the same, sample for sample, as when the sentence is decoded whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray

Audio = NDArray[np.float32]

_DECODER = "/dec/"
_CONTEXT = 12
_BLOCKS = (24, 64, 144)
"""Frames decoded in one go: few at first, so that it is heard soon; the last number repeats. Larger ones decode less
twice, and keep other calls waiting for longer (0.1 s)."""


class Vits:
    """One voice's network. Voices whose graph cannot be cut are run whole."""

    def __init__(self, path: Path, *, threads: int = 1) -> None:
        """Raises what onnx and onnxruntime raise for a file that is no model."""
        halves = _cut(onnx.load(str(path)))
        if halves is None:
            self._encoder, self._decoder = _session(str(path), threads), None
        else:
            self._encoder = _session(halves.encoder, threads)
            self._decoder = _session(halves.decoder, threads)

    @property
    def streams(self) -> bool:
        """Whether sound comes before the whole sentence is made."""
        return self._decoder is not None

    def audio(self, feed: Mapping[str, NDArray[np.generic]]) -> Iterator[Audio]:
        """Sound for the network's inputs, in blocks (float mono, about -1 to 1)."""
        made = np.asarray(self._encoder.run(None, dict(feed))[0], dtype=np.float32)
        if self._decoder is None:
            yield made.reshape(-1)
        else:
            yield from self.decoded(made)

    def decoded(self, latent: Audio) -> Iterator[Audio]:
        """Sound for what the encoder made (float [1, 192, frames]), in blocks."""
        assert self._decoder is not None
        name = self._decoder.get_inputs()[0].name
        total, start = latent.shape[2], 0
        for block in _blocks(total):
            first, last = max(0, start - _CONTEXT), min(total, start + block + _CONTEXT)
            made = self._decoder.run(None, {name: latent[:, :, first:last]})[0]
            sound = np.asarray(made, dtype=np.float32).reshape(-1)
            hop = len(sound) // (last - first)
            yield sound[(start - first) * hop : (start - first + block) * hop]
            start += block


@dataclass(frozen=True, slots=True)
class _Halves:
    encoder: bytes
    decoder: bytes


def _cut(model: onnx.ModelProto) -> _Halves | None:
    """The model before and from the decoder on, if exactly one tensor goes from one to the other."""
    decoder = [node for node in model.graph.node if node.name.startswith(_DECODER)]
    made = {name for node in decoder for name in node.output}
    weights = {weight.name for weight in model.graph.initializer}
    between = {name for node in decoder for name in node.input} - made - weights - {""}
    if len(between) != 1:
        return None
    rest = [node for node in model.graph.node if not node.name.startswith(_DECODER)]
    after = [node for node in rest if made.intersection(node.input)]
    sound = {name for node in after for name in node.input} & made
    outputs = {output.name for output in model.graph.output}
    if len(after) != 1 or len(sound) != 1 or set(after[0].output) != outputs:
        return None
    latent = onnx.helper.make_tensor_value_info(between.pop(), onnx.TensorProto.FLOAT, [1, None, None])
    audio = onnx.helper.make_tensor_value_info(sound.pop(), onnx.TensorProto.FLOAT, [1, 1, None])
    rest.remove(after[0])
    return _Halves(
        encoder=_part(model, rest, list(model.graph.input), latent), decoder=_part(model, decoder, [latent], audio)
    )


def _part(
    model: onnx.ModelProto,
    nodes: list[onnx.NodeProto],
    inputs: list[onnx.ValueInfoProto],
    output: onnx.ValueInfoProto,
) -> bytes:
    used = {name for node in nodes for name in node.input}
    weights = [weight for weight in model.graph.initializer if weight.name in used]
    graph = onnx.helper.make_graph(nodes, "part", inputs, [output], initializer=weights)
    part = onnx.helper.make_model(graph, opset_imports=list(model.opset_import), ir_version=model.ir_version)
    return part.SerializeToString()


def _session(model: str | bytes, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _blocks(total: int) -> Iterator[int]:
    done = turn = 0
    while done < total:
        block = min(_BLOCKS[min(turn, len(_BLOCKS) - 1)], total - done)
        if total - done - block < _BLOCKS[0]:
            block = total - done
        yield block
        done += block
        turn += 1
