from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from agent import models
from agent.edits import Edits
from agent.errors import NotOnRecordError
from agent.publishing import BrokenDraftError, Publisher
from agent.records import Store
from agent.training import School, train
from intents.encoder import Encoder
from intents.errors import ServiceFileError
from intents.gazetteer import Gazetteer
from intents.safety import Safety

INTENTS = Path(__file__).resolve().parents[2] / "intents"
TRAINED = "fingerprint.txt"


@pytest.fixture(scope="module")
def school() -> School:
    folder = models.path("minilm")
    return School(folder, Encoder(folder), Gazetteer.load(INTENTS / "ashcombe"), Safety.load(INTENTS / "safety.yaml"))


@pytest.fixture
def delivered(tmp_path: Path) -> Path:
    """Two small services."""
    folder = tmp_path / "delivered"
    folder.mkdir()
    for name in ("opening_hours", "tip"):
        shutil.copy(INTENTS / "services" / f"{name}.yaml", folder)
    return folder


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with Store.open(f"sqlite:///{tmp_path / 'townline.db'}") as store:
        yield store


@pytest.fixture(scope="module")
def trained(school: School, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What training on the two services leaves, so that not every test has to train."""
    folder = tmp_path_factory.mktemp("trained") / "1"
    names = ("opening_hours.yaml", "tip.yaml")
    train({name: (INTENTS / "services" / name).read_text(encoding="utf-8") for name in names}, school.encoder, folder)
    return folder


@pytest.fixture(autouse=True)
def _trained_before(trained: Path, tmp_path: Path) -> None:
    shutil.copytree(trained, tmp_path / "releases" / "1")


async def begin(store: Store, school: School, tmp_path: Path) -> Publisher:
    publisher = Publisher(store, school, tmp_path)
    await publisher.begin(tmp_path / "delivered")
    return publisher


def notice(text: str, words: str) -> str:
    return text.replace("  title:", f"  notice: {words}\n  title:")


async def test_the_delivered_services_are_release_1_once(
    store: Store, school: School, tmp_path: Path, delivered: Path
) -> None:
    first = await begin(store, school, tmp_path)
    assert (await first.active()).number == 1
    shutil.rmtree(delivered)
    again = await begin(store, school, tmp_path)
    assert (await again.active()).number == 1
    assert (await again.active()).classifier.guess("when are you open").guesses[0].intent == "opening_hours"


async def test_broken_delivered_services_are_not_published(
    store: Store, school: School, tmp_path: Path, delivered: Path
) -> None:
    (delivered / "tip.yaml").write_text("service: {id: tip}", encoding="utf-8")
    with pytest.raises(ServiceFileError, match=r"tip\.yaml:1"):
        await begin(store, school, tmp_path)
    assert await store.releases() == ()


async def test_a_change_is_published_and_a_call_that_began_before_keeps_its_release(
    store: Store, school: School, tmp_path: Path, delivered: Path
) -> None:
    publisher = await begin(store, school, tmp_path)
    before = await publisher.active()
    publisher.edits.save("tip.yaml", notice((await publisher.published())["tip.yaml"], "Closed today."))
    assert await publisher.publish("Closed", "Ada") == 2
    assert before.services["tip"].about.notice is None
    assert (await publisher.active()).services["tip"].about.notice == "Closed today."
    assert dict(publisher.edits.changed()) == {}

    await publisher.go_back(1)
    assert (await publisher.active()).services["tip"].about.notice is None
    assert [(note.number, note.active) for note in await publisher.releases()] == [(2, False), (1, True)]


async def test_a_draft_that_fails_the_checks_is_not_published(
    store: Store, school: School, tmp_path: Path, delivered: Path
) -> None:
    publisher = await begin(store, school, tmp_path)
    publisher.edits.save("tip.yaml", "service: {id: tip}")
    assert any(problem.startswith("tip.yaml:1:") for problem in await publisher.problems())
    with pytest.raises(BrokenDraftError):
        await publisher.publish("Broken", "Ada")
    assert [note.number for note in await publisher.releases()] == [1]


async def test_training_goes_stale_with_the_next_change(
    store: Store, school: School, tmp_path: Path, delivered: Path
) -> None:
    publisher = await begin(store, school, tmp_path)
    assert (await publisher.training()).state == "none"
    with pytest.raises(NotOnRecordError):
        await publisher.draft()
    await publisher.publish("The same again", "Ada")
    assert (await publisher.training()).stale is False
    publisher.edits.save("tip.yaml", notice((await publisher.published())["tip.yaml"], "Closed today."))
    assert (await publisher.training()).stale is True


@pytest.mark.parametrize("left", ["nothing", "half of it", "another release's"])
async def test_what_a_crash_left_behind_is_trained_again(
    store: Store, school: School, tmp_path: Path, delivered: Path, left: str
) -> None:
    await begin(store, school, tmp_path)
    folder = tmp_path / "releases" / "1"
    match left:
        case "nothing":
            shutil.rmtree(folder)
        case "half of it":
            (folder / "classifier.json").write_text("{", encoding="utf-8")
        case _:
            (folder / TRAINED).write_text("of something else", encoding="utf-8")
    again = await begin(store, school, tmp_path)
    assert (await again.active()).classifier.guess("where is the tip").guesses[0].intent == "tip"
    assert (folder / TRAINED).read_text(encoding="utf-8") != "of something else"


def test_edits_survive_a_restart(tmp_path: Path) -> None:
    Edits(tmp_path / "edits").save("tip.yaml", "changed")
    assert Edits(tmp_path / "edits").over({"tip.yaml": "live", "noise.yaml": "live"}) == {
        "tip.yaml": "changed",
        "noise.yaml": "live",
    }


@pytest.mark.parametrize("name", ["../tip.yaml", "/etc/tip.yaml", "tip", "a/b.yaml"])
def test_edits_stay_in_their_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotOnRecordError):
        Edits(tmp_path).save(name, "text")
