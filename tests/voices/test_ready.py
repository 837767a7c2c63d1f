from pathlib import Path

import numpy as np
import pytest

from tests.voices.speech_fixtures import RealSpeech, understood
from voices.clauses import pause_after, split, take_finished
from voices.lexicon import Lexicon
from voices.ready import ReadySpeech
from voices.speech import Priority, Voice


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("Thanks. Your reference is AB-4729.", ["Thanks.", "Your reference is AB-4729."]),
        ("Is it 10.30? Yes! Go on", ["Is it 10.30?", "Yes!", "Go on"]),
        ("Ask at St. Mary's, e.g. today. Bye.", ["Ask at St. Mary's, e.g. today.", "Bye."]),
        ("No. We live at No. 14.", ["No.", "We live at No. 14."]),
        ("See ashcombe.gov.uk/bins. Then ring.", ["See ashcombe.gov.uk/bins.", "Then ring."]),
        ("One line\nanother", ["One line", "another"]),
        ("  ", []),
    ],
)
def test_a_reply_is_cut_into_sentences(text: str, clauses: list[str]) -> None:
    assert split(text) == clauses


def test_a_sentence_is_finished_only_when_more_follows_it() -> None:
    assert take_finished("Thanks. It costs £12.") == (["Thanks."], " It costs £12.")


def test_a_question_is_followed_by_a_longer_pause_than_a_comma() -> None:
    assert pause_after("Is it?") > pause_after("First,")
    assert pause_after("Yes.", 1.5) == pytest.approx(1.5 * pause_after("Yes."))


async def test_fixed_wording_is_rendered_once_and_outlives_the_process(tmp_path: Path) -> None:
    models = RealSpeech()
    steps: list[tuple[int, int]] = []
    ready = ReadySpeech(tmp_path, models, model="joe")
    await ready.prepare(
        ["Thanks. Please hold the line.", "Please hold the line."], lambda done, total: steps.append((done, total))
    )

    assert steps == [(1, 2), (2, 2)]
    assert [text for text, _, _ in models.asked] == ["Thanks.", "Please hold the line."]
    assert {priority for _, _, priority in models.asked} == {Priority.LATER_SENTENCE}

    again = ReadySpeech(tmp_path, models, model="joe")
    await again.prepare(["Thanks. Please hold the line."])
    first, second = ready.get("Please hold the line."), again.get("Please hold the line.")

    assert len(models.asked) == 2
    assert first is not None
    assert second is not None
    assert np.array_equal(first, second)
    assert understood(first, "please hold the line")


async def test_what_was_not_prepared_is_not_ready(tmp_path: Path) -> None:
    ready = ReadySpeech(tmp_path, RealSpeech())
    await ready.prepare(["Thanks."])

    assert ready.get("Thanks.") is not None
    assert ready.get("Thanks") is None
    assert ready.get("Thanks.", 1.3) is None


async def test_another_voice_pace_model_or_respelling_never_plays_this_ones_sound(tmp_path: Path) -> None:
    models = RealSpeech()
    await ReadySpeech(tmp_path, models, Voice("joe"), model="a").prepare(["Ashcombe."])

    assert ReadySpeech(tmp_path, models, Voice("joe"), model="a").get("Ashcombe.") is not None
    assert ReadySpeech(tmp_path, models, Voice("amy"), model="a").get("Ashcombe.") is None
    assert ReadySpeech(tmp_path, models, Voice("joe"), model="b").get("Ashcombe.") is None
    assert ReadySpeech(tmp_path, models, Voice("joe", 1.2), model="a").get("Ashcombe.") is None
    assert ReadySpeech(tmp_path, models, Voice("joe"), model="a", lexicon=Lexicon()).get("Ashcombe.") is None


@pytest.mark.parametrize("damage", [b"", b"not a recording", None])
async def test_a_damaged_file_is_rendered_again(tmp_path: Path, damage: bytes | None) -> None:
    models = RealSpeech()
    await ReadySpeech(tmp_path, models).prepare(["Thanks."])
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:500] if damage is None else damage)

    ready = ReadySpeech(tmp_path, models)
    assert ready.get("Thanks.") is None
    await ready.prepare(["Thanks."])

    assert ReadySpeech(tmp_path, models).get("Thanks.") is not None


async def test_memory_is_bounded_and_the_files_serve_the_rest(tmp_path: Path) -> None:
    ready = ReadySpeech(tmp_path, RealSpeech(), memory_bytes=30_000)
    await ready.prepare(["Thanks.", "Goodbye.", "Sorry."])

    assert all(ready.get(text) is not None for text in ("Thanks.", "Goodbye.", "Sorry."))
    assert ready._memory._bytes <= 30_000


async def test_nothing_half_written_is_left(tmp_path: Path) -> None:
    ready = ReadySpeech(tmp_path, RealSpeech())
    await ready.prepare(["Thanks.", "…"])

    assert [file.suffix for file in tmp_path.iterdir()] == [".flac"]
