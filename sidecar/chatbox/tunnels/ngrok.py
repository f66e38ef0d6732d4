"""Tunnels of ngrok, which need an account: `ngrok config add-authtoken` once."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from chatbox.tunnels.tunnel import Program, TunnelFailed


@contextmanager
def program(port: int) -> Iterator[Program]:
    """How to lead an address to a local port. Raises `TunnelFailed` when the program is not here."""
    path = shutil.which("ngrok")
    if path is None:
        msg = "ngrok is not on the PATH: install it from https://ngrok.com/download, then `ngrok config add-authtoken`"
        raise TunnelFailed(msg)
    yield Program(
        name="ngrok",
        command=(path, "http", f"127.0.0.1:{port}", "--log", "stdout", "--log-format", "json"),
        address_in=address_in,
        is_connected=lambda _line: True,
    )


def address_in(line: str) -> str | None:
    """The address in a line of its log."""
    try:
        said = json.loads(line)
    except ValueError:
        return None
    if not isinstance(said, dict) or said.get("msg") != "started tunnel":
        return None
    url = said.get("url")
    return url if isinstance(url, str) and url.startswith("https://") else None
