"""Owns the workspace of the working directory until SIGTERM: stands in for `chatbox up` where that is missing."""

import asyncio
import signal
from pathlib import Path

import uvloop
from chatbox.app.owning import Options, owning
from chatbox.client.endpoint import Files


async def main() -> None:
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    async with owning(Files(Path.cwd()), Options(port=0, supervise=False)):
        await ended.wait()


if __name__ == "__main__":
    uvloop.run(main())
