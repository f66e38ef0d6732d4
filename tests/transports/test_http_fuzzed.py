"""Schemathesis over `/openapi.json`: whatever is sent, no answer is a failure of ours, and each fits its schema."""

import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from chatbox.app.owning import Options, owning
from chatbox.client.endpoint import admission_token, person_token
from chatbox.operations.catalogue import OPERATIONS
from chatbox.operations.registry import Call, Handler
from pydantic import BaseModel

from tests.support.owners import a_workspace
from tests.support.processes import output_of
from tests.support.talkers import HttpCaller

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
NOT_ASKED = "^(api_stop|api_rotate_token|api_open_room|events)$"
"""They end the server, change the token under the test, start programs, or never end."""

BOUND_SECONDS = 100


@pytest.mark.parametrize(("who", "phases"), [("person", "coverage,fuzzing"), ("agent", "fuzzing")])
async def test_no_request_makes_the_server_fail_or_answer_what_it_does_not_declare(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, who: str, phases: str
) -> None:
    files = a_workspace(tmp_path, monkeypatch)
    async with owning(files, Options(supervise=False)) as owner:
        door = HttpCaller(owner.url, admission_token(files) or "")
        hello = {"name": "bob", "default_channels": ["#general", "#human"]}
        bob = HttpCaller(owner.url, (await door.call("hello", hello))["session_token"])
        ask = {"channel": "#general", "title": "Go?", "description": "Say.", "type": "plan", "tier": 2}
        post = (await bob.call("start_post", ask))["post_id"]
        await bob.call("reply", {"post_id": post, "body": "Please."})
        tokens = {"person": f"Bearer {person_token(files)}", "agent": bob.client.headers["authorization"]}
        everything = ("--exclude-operation-id-regex", NOT_ASKED)
        code, said = await fuzz(owner.url, tokens[who], phases, tmp_path, everything)
        assert code == 0, said[-8_000:]
        assert (await door.client.get("/health")).json()["status"] == "ok"
        await door.close()
        await bob.close()


class Another(BaseModel):
    """No shape that is declared anywhere."""

    something: str = "else"


async def crash(_call: Call, _params: object) -> BaseModel:
    msg = "planted"
    raise RuntimeError(msg)


async def answer_something_else(_call: Call, _params: object) -> BaseModel:
    return Another()


@pytest.mark.parametrize(
    ("planted", "finding"),
    [(crash, "Server error"), (answer_something_else, "Response violates schema")],
)
async def test_a_planted_failure_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, planted: Handler, finding: str
) -> None:
    files = a_workspace(tmp_path, monkeypatch)
    monkeypatch.setitem(OPERATIONS, "rooms", replace(OPERATIONS["rooms"], handler=planted))
    async with owning(files, Options(supervise=False)) as owner:
        only = ("--include-operation-id", "api_rooms")
        code, said = await fuzz(owner.url, f"Bearer {person_token(files)}", "fuzzing", tmp_path, only)
    assert (code, finding in said) == (1, True), said[-8_000:]


async def fuzz(url: str, authorization: str, phases: str, folder: Path, which: tuple[str, str]) -> tuple[int, str]:
    options = ("--header", f"Authorization: {authorization}", "--checks", CHECKS, "--phases", phases)
    bounds = ("--max-examples", "5", "--seed", "7", "--no-color", "--generation-database", "none")
    return await output_of(
        Path(sys.executable).with_name("schemathesis"),
        *("run", f"{url}/openapi.json", *options, *bounds, *which),
        within=BOUND_SECONDS,
        cwd=folder,
        env={**os.environ, "SCHEMATHESIS_HOOKS": "schemathesis_hooks", "PYTHONPATH": str(Path(__file__).parent)},
    )
