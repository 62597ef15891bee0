"""The API's description is right: by the specification's own rules, and by what schemathesis makes of it."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from artframe.core.commands import Effect, command
from artframe.core.exchange import Attachment, Hidden, Short, Suggests, Upload
from artframe.core.task import Task
from artframe.errors import CommandError, ConfigError
from tests.interfaces.web.site import Site


class EveryKind:
    """A command for each kind of parameter, result and failure."""

    @command("sum")
    def sum(self, one: int, other: Annotated[float, "the other one"] = 0.0, *, exact: bool = False) -> float:
        """Add two numbers."""
        total = one + other
        return total if math.isfinite(total) else 0.0

    @command("say it", effect=Effect.CHANGES)
    async def say(self, text: str, words: tuple[str, ...] = (), *, how: Literal["low", "high"] = "low") -> list[str]:
        """Say something.

        In more than one line.
        """
        return [text, *words, how]

    @command("number", effect=Effect.CHANGES)
    def number(self, numbers: tuple[int, ...], limit: int | None = None) -> dict[str, Any]:
        """Take numbers."""
        return {"numbers": list(numbers), "limit": limit}

    @command("wipe", effect=Effect.DANGEROUS)
    def wipe(self, what: Annotated[str, "the thing", Suggests("thing")]) -> str:
        """Forget a thing."""
        return what

    @command("enter")
    def enter(self, user: str, password: Annotated[str, "the password", Hidden]) -> dict[str, str]:
        """Let somebody in."""
        return {"user": user}

    @command("picture")
    def picture(self, *, size: Annotated[Literal["small", "large"], "how large", Short("s")] = "small") -> Attachment:
        """Give a picture."""
        return Attachment(name=f"{size}.jpg", media_type="image/jpeg", content=b"\xff\xd8")

    @command("take", effect=Effect.CHANGES)
    def take(self, file: Upload, note: str = "") -> dict[str, Any]:
        """Take a file."""
        return {"size": len(file.read(1 << 20)), "note": note}

    @command("watch")
    async def watch(self, count: int = 2) -> AsyncIterator[dict[str, int]]:
        """Tell some numbers."""
        for number in range(min(count, 3)):
            yield {"number": number}

    @command("work")
    async def work(self, task: Task) -> None:
        """Work."""
        task.plan(1)
        task.step()

    @command("fail")
    def fail(self, how: Literal["setting", "cannot"]) -> None:
        """Fail."""
        raise {"setting": ConfigError("bad"), "cannot": CommandError("no")}[how]


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("ARTFRAME_WEB_PORT", raising=False)
        with Site(tmp_path_factory.mktemp("api") / "home", EveryKind()) as site:
            yield site


def description(site: Site) -> dict[str, Any]:
    found: dict[str, Any] = site.sign_in().get("/api/openapi.json").json
    return found


def test_the_description_keeps_to_the_specification(described: Site) -> None:
    OPENAPI_31_VALIDATOR.validate(description(described))


def test_every_command_is_described_with_its_help(described: Site) -> None:
    paths = description(described)["paths"]
    assert set(paths["/api/commands/sum"]) == {"get", "post"}
    assert set(paths["/api/commands/say/it"]) == {"post"}
    assert set(paths["/api/commands/enter"]) == {"post"}, "a secret never stands in an address"
    assert set(paths["/api/commands/take"]) == {"post"}
    post = paths["/api/commands/say/it"]["post"]
    assert (post["summary"], post["description"]) == ("Say something.", "In more than one line.")
    body = post["requestBody"]["content"]["application/json"]["schema"]
    assert body["required"] == ["text"]
    assert body["properties"]["how"]["enum"] == ["low", "high", None]
    assert (
        "yes"
        in paths["/api/commands/wipe"]["post"]["requestBody"]["content"]["application/json"]["schema"]["properties"]
    )
    ids = [operation["operationId"] for path in paths.values() for operation in path.values()]
    assert len(set(ids)) == len(ids)


def test_a_plugins_command_is_described_while_it_is_there(described: Site) -> None:
    release = described.registry.add_all(EveryKind(), prefix="living-room")
    assert "/api/commands/living-room/sum" in description(described)["paths"]
    release()
    assert "/api/commands/living-room/sum" not in description(described)["paths"]


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["right", "wrong"])
@pytest.mark.parametrize("kind", ["session", "token"])
def test_what_the_description_allows_works_and_nothing_else(described: Site, mode: GenerationMode, kind: str) -> None:
    schema = schemathesis.openapi.from_dict(description(described))
    operations = [result.ok() for result in schema.get_all_operations()]
    tried = [operation for operation in operations if operation.path != "/api/events"]  # it never ends
    assert len(tried) > 15
    headers = {"Authorization": f"Bearer {described.token('full', f'{mode.value} {kind}')}"}
    if kind == "session":
        visitor = described.sign_in()
        headers = {"Cookie": visitor.cookie, "X-CSRF-Token": visitor.session.csrf}

    @given(data=st.data())
    @settings(
        max_examples=(3 if kind == "session" else 6) * len(tried),
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def check(data: st.DataObject) -> None:
        operation = data.draw(st.sampled_from(tried))
        if mode is GenerationMode.NEGATIVE and operation.path in ("/api/commands", "/api/runs", "/api/openapi.json"):
            return  # nothing about these can be wrong
        case = data.draw(operation.as_strategy(generation_mode=mode))
        refuses = operation.path == "/api/commands/fail"
        excluded = [positive_data_acceptance] if refuses else []
        if kind == "session":
            excluded.append(ignored_auth)  # it knows nothing of the form token
        address = f"http://127.0.0.1:{described.port}"
        case.call_and_validate(base_url=address, headers=headers, timeout=60, excluded_checks=excluded)

    check()


def test_nothing_of_it_is_told_to_somebody_unknown(described: Site, tmp_path: Path) -> None:
    for path, operations in description(described)["paths"].items():
        for method in operations:
            assert described.ask(method.upper(), path.replace("{id}", "1")).status == 401
