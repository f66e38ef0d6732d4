"""The conversation suite of all transports, over a WebSocket from Linux to the installed Windows Python.

Each test gets a broker of its own in a new workspace, as it has everywhere.
"""

import shutil
from collections.abc import AsyncIterator

import pytest
from chatbox.client.endpoint import person_token

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
        async with around(files, f"http://127.0.0.1:{PORT}", transport, None) as found:
            found.me = await found.over(transport, token)
            yield found
    finally:
        installed.prefix.run(installed.python, "-X", "utf8", "-m", "chatbox", "stop", "--workspace", r"C:\cases\ws")
        ended(process)
