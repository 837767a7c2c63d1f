"""Learns when a caller is done, on the half of the recordings that is for tuning, and writes `voices/finishing.yaml`.

`python -m bench.speech.finishing` prints what each kind of cue is worth, by texts that were not learned from, by
speakers that were not, and on the half that is held out. `--write` keeps the model; without it nothing is changed.
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from ruamel.yaml import YAML
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from bench.figures.table import show
from bench.speech.cues import Pause
from bench.speech.endpoints import Result, halves, heard_answers, result
from bench.speech.listening import Listened
from voices import finishing
from voices.finishing import Finishing

_FILE = Path(finishing.__file__).with_suffix(".yaml")
_PITCH, _LOUDNESS, _PACE = ("fall", "low", "slope"), ("fade", "drop"), ("last", "lengthened")
_MELODY = ("melody",)
_SOUND = (*_PITCH, *_LOUDNESS, *_PACE, *_MELODY)
_WITHOUT = {
    "words, what was asked, length": _SOUND,
    "and pitch": (*_LOUDNESS, *_PACE, *_MELODY),
    "and loudness": (*_PITCH, *_PACE, *_MELODY),
    "and pace": (*_PITCH, *_LOUDNESS, *_MELODY),
    "and the end-of-turn model": (*_PITCH, *_LOUDNESS, *_PACE),
    "and all of the sound": (),
    "without the answer's length": (*_SOUND, "seconds", "one word", "two words"),
    "without whether it answers": (*_SOUND, "answered", "not answered", "answered and complete"),
}
_SHIPPED_WITHOUT = _SOUND
"""What calls do without: on speakers whom the model never heard the sound makes it worse."""
_STRENGTH = 0.1
_FOLDS = 8
_SHORTEST = 0.22
_LONGEST = (0.6, 0.7, 0.8, 0.85, 0.9)
_BROKEN_OFF, _FOR_THOUGHT = 0.9, 1.2
"""Who says "it's on the corner of" has more to say for certain, and gets longer than the pauses of the recordings."""
_SURE = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5)
_WIDTHS = (0.02, 0.1, 0.2, 0.3)
_BOUNDS = (0.03, 0.05, 0.1, 0.15, 0.2, 0.3)
_CUT_COSTS = 5.0
"""Seconds that a caller loses to a turn that is cut and mended, against which waits are weighed."""

Recordings = Mapping[Listened, Sequence[Pause]]
Matrix = NDArray[np.float64]


class Table:
    """The pauses of some recordings as numbers."""

    def __init__(self, recordings: Recordings, without: Sequence[str]) -> None:
        self.pauses = [pause for its in recordings.values() for pause in its]
        every = [{**finishing.values(pause.cues), **_sound(pause)} for pause in self.pauses]
        self.names = [name for name in every[0] if name not in without]
        self.inputs = np.array([[given[name] for name in self.names] for given in every])
        self.goes_on = np.array([pause.goes_on is not None for pause in self.pauses])
        self.texts = np.array([pause.of.text for pause in self.pauses])
        self.voices = np.array([pause.of.answer.voice.name for pause in self.pauses])

    def unseen(self) -> Matrix:
        """P(goes on) at each pause, by models that have not seen its text."""
        found: Matrix = cross_val_predict(
            _model(), self.inputs, self.goes_on, groups=self.texts, cv=GroupKFold(_FOLDS), method="predict_proba"
        )[:, 1]
        return found


def _model() -> Pipeline:
    return make_pipeline(StandardScaler(), LogisticRegression(C=_STRENGTH, max_iter=5_000, class_weight="balanced"))


def _sound(pause: Pause) -> dict[str, float]:
    """How the voice ended, and what LiveKit's end-of-turn model makes of it."""
    sound, melody = pause.sound, min(0.99, max(0.01, pause.point.melodies[0]))
    return {
        "fall": sound.fall,
        "low": sound.low,
        "slope": sound.slope / 4,
        "fade": sound.fade / 10,
        "drop": sound.drop / 10,
        "last": min(sound.last, 0.8),
        "lengthened": min(sound.lengthened, 4.0) / 4,
        "melody": float(np.log(melody / (1 - melody))),
    }


def worth(tuning: Recordings, others: Recordings) -> Iterator[tuple[str | float, ...]]:
    """What each kind of cue is worth, as AUC: texts of the tuning half that were not learned from, the held-out half,
    and the held-out half in each voice by models that never heard it, with their mean."""
    for name, without in _WITHOUT.items():
        known, new = Table(tuning, without), Table(others, without)
        fitted = _model().fit(known.inputs, known.goes_on)
        held = _auc(new.goes_on, fitted.predict_proba(new.inputs)[:, 1])
        strangers = [_stranger(known, new, voice) for voice in np.unique(known.voices)]
        yield name, _auc(known.goes_on, known.unseen()), held, float(np.mean(strangers)), *strangers


def _stranger(known: Table, new: Table, voice: str) -> float:
    learned, asked = known.voices != voice, new.voices == voice
    fitted = _model().fit(known.inputs[learned], known.goes_on[learned])
    return _auc(new.goes_on[asked], fitted.predict_proba(new.inputs[asked])[:, 1])


def _auc(goes_on: NDArray[np.bool_], probability: Matrix) -> float:
    return float(roc_auc_score(goes_on, probability))


def schedules() -> Iterator[tuple[tuple[float, float], ...]]:
    """Waits by P(goes on): the shortest while that is small, the longest once it is not, a line between."""
    for sure, width, longest in itertools.product(_SURE, _WIDTHS, _LONGEST):
        until = round(min(_BROKEN_OFF, sure + width), 2)
        yield ((0.0, _SHORTEST), (sure, _SHORTEST), (until, longest), (_BROKEN_OFF, longest), (1.0, _FOR_THOUGHT))


def chosen(tuning: Recordings, table: Table) -> dict[str, tuple[tuple[tuple[float, float], ...], Result]]:
    """The best waits for each share of cuts that may be allowed, and for a cut weighed against waiting."""
    unseen = dict(zip(map(id, table.pauses), table.unseen(), strict=True))
    tried = []
    for waits in schedules():
        model = Finishing({}, 0.0, waits)
        found = result(tuning, lambda pause, model=model: model.wait(unseen[id(pause)]))  # type: ignore[misc]
        tried.append((waits, found))
    best = {}
    for bound in _BOUNDS:
        allowed = [one for one in tried if one[1].cut <= bound]
        if allowed:
            best[f"cut ≤ {bound:.0%}"] = min(allowed, key=lambda one: one[1].p50 + 0.5 * one[1].p95)
    best["weighed"] = min(tried, key=lambda one: one[1].p50 + 0.5 * one[1].p95 + _CUT_COSTS * one[1].mixed)
    return best


def learned(table: Table, waits: tuple[tuple[float, float], ...]) -> Finishing:
    """The model on all that is for tuning, with its scaling folded into the weights."""
    fitted = _model().fit(table.inputs, table.goes_on)
    scaler, regression = fitted[0], fitted[1]
    weights = regression.coef_[0] / scaler.scale_
    bias = float(regression.intercept_[0] - np.sum(weights * scaler.mean_))
    return Finishing({n: round(float(w), 4) for n, w in zip(table.names, weights, strict=True)}, round(bias, 4), waits)


def write(model: Finishing) -> None:
    """Keep the model where calls find it."""
    yaml = YAML()
    yaml.default_flow_style = None
    with _FILE.open("w", encoding="utf-8") as file:
        file.write("# Made by `townline bench finishing --write`.\n")
        yaml.dump({"bias": model.bias, "waits": [list(w) for w in model.waits], "weights": dict(model.weights)}, file)


def main() -> None:
    """Learn, print, and keep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="recordings a text")
    parser.add_argument("--workers", type=int, default=1, help="processes that hear")
    parser.add_argument("--waits", default="weighed", help="which row of the last table is kept")
    parser.add_argument("--write", action="store_true", help="keep the model in voices/finishing.yaml")
    arguments = parser.parse_args()
    both = halves(heard_answers(arguments.rounds, arguments.workers))
    tuning, others = both["tuning"], both["held out"]
    voices = sorted({one.answer.voice.name for one in tuning})
    columns = ("cues", "unseen texts", "held out", "strangers", *(f"never heard: {voice}" for voice in voices))
    show("What each kind of cue is worth (AUC)", columns, list(worth(tuning, others)))
    table = Table(tuning, _SHIPPED_WITHOUT)
    rows = []
    for name, (waits, found) in (best := chosen(tuning, table)).items():
        model = learned(table, waits)
        held = result(others, lambda pause, model=model: model.wait(model.goes_on(pause.cues)))  # type: ignore[misc]
        cells = (c for r in (found, held) for c in (f"{r.cut:.1%}", f"{r.mixed:.1%}", r.p50, r.p95))
        rows.append((name, str(waits[1:3]), *cells))
    halves_of = ("cut, tuning", "mix", "p50", "p95", "cut, held out", "mix", "p50", "p95")
    show("Waits chosen on the tuning half", ("chosen", "waits", *halves_of), rows)
    if arguments.write:
        write(learned(table, best[arguments.waits][0]))


if __name__ == "__main__":
    main()
