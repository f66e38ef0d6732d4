"""The conversation suite of all transports, over a WebSocket from Linux to the installed Windows Python.

Each test gets a broker of its own in a new workspace, as it has everywhere.
"""

import shutil
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
from chatbox.client.endpoint import person_token
from chatbox.client.remote import RemoteCaller
from chatbox.operations.caller import Lost

from installer.trial.machine import Machine, ended, until
from tests.transports.conftest import Scene, around
from tests.transports.test_conversation import *  # noqa: F403 - all of them, whatever they are called

PORT = 47830


@pytest.fixture(params=["websocket"])
async def scene(installed: Machine, request: pytest.FixtureRequest) -> AsyncIterator[Scene]:
    workspace = installed.prefix.c / "cases" / "ws"
    shutil.rmtree(workspace.parent, ignore_errors=True)
    workspace.mkdir(parents=True)
    people = installed.prefix.c / "users" / "root" / "AppData" / "Local" / "chatbox" / "people"
    shutil.rmtree(people, ignore_errors=True)
    up = ("up", "--workspace", r"C:\cases\ws", "--port", str(PORT), "--no-supervise")
    process = installed.prefix.start(installed.python, "-X", "utf8", "-m", "chatbox", *up)
    try:
        until(lambda: installed.health(PORT), 30, "the broker of this case answers")
        files = installed.files(workspace)
        (files.person_token,) = people.glob("*.token")
        token = person_token(files)
        assert token is not None
        # Some tests name their transports; what needs the owner in the same process has a WebSocket here.
        transport = "http" if request.param == "http" else "websocket"
        url = f"http://127.0.0.1:{PORT}"
        try:
            async with around(files, url, transport, None) as found:
                found.me = await found.over(transport, token)
                yield found
        finally:
            # Not with `chatbox stop`, which another test tries: a second Python under Wine takes longer than the rest.
            with suppress(Lost):
                async with await RemoteCaller.connect(url, token) as caller:
                    await caller.call("stop", {})
    finally:
        ended(process)
