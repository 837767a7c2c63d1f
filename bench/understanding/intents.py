"""How well intents are understood on CLINC150, in a held-out part of its published training and validation data.

Run: `python -m bench.understanding.intents DATA_FOLDER MODEL_FOLDER [--shots N]`. The validation utterances are
halved: calibration on one half, which is then learnt from as well, figures from the other; of the out-of-scope ones,
the training part calibrates, the validation part tests. With `--shots` only so many utterances an intent are learnt
from.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from intents.encoder import Encoder
from intents.evaluate import Report, evaluate
from intents.examples import OUT_OF_SCOPE, DataSet


def run(data: Path, model: Path, *, shots: int | None = None, seed: int = 0) -> Report:
    """Train on CLINC150's training part and measure on half of its validation part."""
    parts = json.loads((data / "clinc150" / "train_val.json").read_text(encoding="utf-8"))
    train = DataSet.of((text, intent) for text, intent in parts["train"])
    val = DataSet.of((text, intent) for text, intent in parts["val"][::2])
    test = DataSet.of((text, intent) for text, intent in parts["val"][1::2] + parts["oos_val"])
    strays = tuple(text for text, intent in parts["oos_train"] if intent == OUT_OF_SCOPE)
    if shots is not None:
        return evaluate(train.few(shots, seed), None, test, Encoder(model, threads=2))
    return evaluate(train, DataSet(val.texts, val.intents, strays), test, Encoder(model, threads=2), relearn=True)


def main() -> None:
    """Print the figures as one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("model", type=Path)
    parser.add_argument("--shots", type=int)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    report = run(arguments.data, arguments.model, shots=arguments.shots, seed=arguments.seed)
    print(json.dumps(report.figures()))


if __name__ == "__main__":
    main()
