"""A workspace that is owned in the test's own process, and whoever comes in over HTTP."""

from contextlib import AsyncExitStack
from dataclasses import dataclass

from chatbox.app.owning import Owner
from chatbox.client.endpoint import Files, admission_token, person_token

from tests.support.talkers import HttpCaller


@dataclass(slots=True)
class House:
    """A workspace that is owned here, and whoever comes in over HTTP."""

    owner: Owner
    files: Files
    stack: AsyncExitStack

    def over_http(self, token: str | None) -> HttpCaller:
        caller = HttpCaller(self.owner.url, token or "")
        self.stack.push_async_callback(caller.close)
        return caller

    async def session(self, name: str, *channels: str) -> str:
        door = self.over_http(admission_token(self.files))
        return str((await door.call("hello", {"name": name, "default_channels": list(channels)}))["session_token"])

    async def agent(self, name: str, *channels: str) -> HttpCaller:
        return self.over_http(await self.session(name, *channels))

    @property
    def person(self) -> HttpCaller:
        return self.over_http(person_token(self.files))
