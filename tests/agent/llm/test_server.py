"""The embedded language model, for real: the default model in a child process of this test."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from openai import AsyncOpenAI

from agent.errors import LlmServerError, ModelMissingError
from agent.llm.answers import Candidate, Chosen, Phrased
from agent.llm.evaluation import Evaluation, Result, identity, machine, save
from agent.llm.opening import gguf, language_model
from agent.llm.server import LlmServer
from agent.llm.settings import Deadlines, LlmSettings, Task
from agent.llm.tasks import LanguageModel
from agent.settings import ROOT, Settings, load
from tests.agent.model_shop import hub

PATIENT = Deadlines(choose=60, extract=60, phrase=60, summarise=120)
BULKY = Candidate("bulky_waste", "Book a bulky waste collection", ("I've got an old sofa to get rid of",))
LAMP = Candidate("street_light", "Report a broken street light", ("the lamp post outside is out",))


def settings(folder: Path, **llm: object) -> Settings:
    """A configuration whose files are in `folder`."""
    config = folder / "config.yaml"
    config.write_text((ROOT / "config.yaml").read_text())
    found = load(config, Settings)
    changed = found.model_copy(update={"llm": LlmSettings.model_validate({"threads": 1, "context": 1024, **llm})})
    changed.located(folder)
    return changed


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("llm")


@pytest.fixture
async def server(language_model_file: Path, scratch: Path) -> AsyncIterator[LlmServer]:
    log_file = scratch / "llm.log"
    async with LlmServer(language_model_file, threads=1, context=1024, log_file=log_file) as running:
        yield running


def client(server: LlmServer) -> LanguageModel:
    openai = AsyncOpenAI(base_url=server.url, api_key=server.key, max_retries=0)
    return LanguageModel(openai, model="m", tasks=list(Task), deadlines=PATIENT, schemas="json_object")


def children() -> set[int]:
    """The language model's processes that this one started."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes()
            parent = re.search(r"\) \w (\d+) ", (folder / "stat").read_text())
        except OSError:
            continue
        if b"agent.llm.child" in command and parent and int(parent[1]) == os.getpid():
            found.add(int(folder.name))
    return found


async def test_two_questions_at_once_are_both_answered(server: LlmServer) -> None:
    """The server's own default would cut off the first one."""
    async with client(server) as model:
        sofa, lamp = await asyncio.gather(
            model.choose("can you take an old sofa away", (BULKY, LAMP)),
            model.choose("the street light is broken", (BULKY, LAMP)),
        )
    assert (sofa, lamp) == (Chosen("bulky_waste"), Chosen("street_light"))


async def test_nobody_without_the_key_is_answered(server: LlmServer) -> None:
    server.key = "another"
    async with client(server) as model:
        assert await model.phrase("is it open", "It is open.") == Phrased("It is open.", False, "failed")


async def test_a_child_that_died_is_started_again_at_the_same_address(server: LlmServer) -> None:
    (first,) = children()
    url = server.url

    os.kill(first, signal.SIGKILL)
    while not children() - {first}:  # noqa: ASYNC110 - a process tells nobody that it is there
        await asyncio.sleep(0.05)

    async with client(server) as model:
        assert await model.choose("the street light is broken", (BULKY, LAMP)) == Chosen("street_light")
    assert server.url == url


async def test_a_child_that_stands_still_is_started_again(language_model_file: Path, scratch: Path) -> None:
    async with LlmServer(
        language_model_file, threads=1, context=1024, log_file=scratch / "llm.log", silent_seconds=1.0
    ) as server:
        (first,) = children()

        os.kill(first, signal.SIGSTOP)
        while not children() - {first}:  # noqa: ASYNC110 - a process tells nobody that it is there
            await asyncio.sleep(0.05)

        async with client(server) as model:
            assert await model.choose("the street light is broken", (BULKY, LAMP)) == Chosen("street_light")


async def test_a_child_that_thinks_for_long_is_let_be(language_model_file: Path, scratch: Path) -> None:
    async with LlmServer(
        language_model_file, threads=1, context=1024, log_file=scratch / "llm.log", silent_seconds=1.0
    ) as server:
        before = children()
        async with client(server) as model:
            questions = [model.choose(f"can you take {sofas} old sofas away", (BULKY, LAMP)) for sofas in range(2, 40)]
            chosen = await asyncio.gather(*questions)
        assert all(isinstance(one, Chosen) for one in chosen)
        assert children() == before


async def test_the_child_ends_with_its_parent(language_model_file: Path, scratch: Path) -> None:
    """Given a parent that is killed without a chance to say goodbye."""
    script = (
        "import asyncio, pathlib, sys\nfrom agent.llm.server import LlmServer\n"
        "async def main():\n"
        "    async with LlmServer(pathlib.Path(sys.argv[1]), threads=1, context=512,"
        " log_file=pathlib.Path(sys.argv[2])) as s:\n"
        "        print(s.pid, flush=True)\n        await asyncio.sleep(600)\n"
        "asyncio.run(main())\n"
    )
    command = (sys.executable, "-c", script, str(language_model_file), str(scratch / "orphan.log"))
    parent = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    assert parent.stdout is not None
    child = Path("/proc") / (await parent.stdout.readline()).decode().strip()
    assert (child / "cmdline").read_bytes()

    parent.kill()
    await parent.wait()

    while b"agent.llm.child" in _command(child):  # noqa: ASYNC110 - nor, to strangers, that it ended
        await asyncio.sleep(0.05)


def _command(process: Path) -> bytes:
    try:
        return (process / "cmdline").read_bytes()
    except OSError:
        return b""


async def test_a_broken_model_says_where_to_look(tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF, but not really")

    with pytest.raises(LlmServerError, match=r"broken\.gguf could not be served: see .*llm\.log"):
        async with LlmServer(broken, threads=1, context=512, log_file=tmp_path / "llm.log"):
            pass
    assert children() == set()


async def test_a_model_that_was_never_evaluated_stays_off(tmp_path: Path) -> None:
    own = tmp_path / "own.gguf"
    own.write_bytes(b"never opened")

    async with language_model(settings(tmp_path)) as off:
        assert off is None
    async with language_model(settings(tmp_path, mode="embedded", model="own.gguf")) as unknown:
        assert unknown is None


async def test_a_task_that_was_shown_to_work_is_on(language_model_file: Path, tmp_path: Path) -> None:
    config = settings(tmp_path, mode="embedded", deadline_seconds=PATIENT)
    passed = Result(passed=20, of=20, p50=0.1, p95=0.2, deadline=60)
    name = identity(config.llm, language_model_file, config.data_dir)
    shown = Evaluation(model=name, machine=machine(), threads=1, made="now", results={Task.CHOOSE: passed})
    save(shown, config.data_dir)

    async with language_model(config) as model:
        assert model is not None
        assert model.tasks == {Task.CHOOSE}
        assert await model.choose("the street light is broken", (BULKY, LAMP)) == Chosen("street_light")
        assert await model.phrase("is it open", "It is open.") == Phrased("It is open.", False, "off")


async def test_a_model_on_the_hub_is_fetched_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOWNLINE_CACHE", str(tmp_path / "cache"))
    config = settings(tmp_path, mode="embedded", model="Qwen/small:q4/small.gguf")
    with hub({"Qwen/small/main/q4/small.gguf": b"weights"}) as shop:
        monkeypatch.setenv("HF_ENDPOINT", shop.address)
        first = await asyncio.to_thread(gguf, config)
        again = await asyncio.to_thread(gguf, config)

    assert first is not None
    assert first == again
    assert first.read_bytes() == b"weights"
    assert len(shop.downloads) == 1


def test_a_model_that_is_nowhere_says_so(tmp_path: Path) -> None:
    with pytest.raises(ModelMissingError, match=r"nowhere\.gguf is no model in models\.yaml and no file"):
        gguf(settings(tmp_path, mode="embedded", model="nowhere.gguf"))
