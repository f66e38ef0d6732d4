"""Many listeners of a room's event stream, a process of their own: when each message arrived at each of them.

`python -m tests.bench.room_listeners PORT PASSWORD LISTENERS MESSAGES` prints `listening`, then JSON by message.
"""

import asyncio
import json
import sys
import time
from collections import defaultdict
from urllib.parse import quote

CONNECTED = b": connected\n\n"
TEXT = b'"text": "'


async def listen(port: int, password: str, arrived: dict[str, list[int]], ready: asyncio.Event, posts: int) -> None:
    """Read one stream until it has brought every message."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    path = f"/messages/stream?password={quote(password)}"
    writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
    await reader.readuntil(CONNECTED)
    ready.set()
    for _ in range(posts):
        event = await reader.readuntil(b"\n\n")
        now = time.monotonic_ns()
        text = event[event.index(TEXT) + len(TEXT) :].partition(b'"')[0].decode()
        arrived[text].append(now - int(text))
    writer.close()


async def main(port: int, password: str, listeners: int, posts: int) -> None:
    arrived: dict[str, list[int]] = defaultdict(list)
    ready = [asyncio.Event() for _ in range(listeners)]
    async with asyncio.TaskGroup() as tasks:
        for one in ready:
            tasks.create_task(listen(port, password, arrived, one, posts))
        for one in ready:
            await one.wait()
        print("listening", flush=True)
    print(json.dumps(arrived), flush=True)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
