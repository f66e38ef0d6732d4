"""Quick tunnels of Cloudflare: an address without an account, for as long as the program runs."""

import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chatbox.tunnels.fetching import FetchFailed, fetched
from chatbox.tunnels.tunnel import Program, TunnelFailed

_ADDRESS = re.compile(r"https://(?!api\.)[a-z0-9-]+\.trycloudflare\.com\b", re.IGNORECASE)
_CONNECTED = "Registered tunnel connection"


def find() -> Path | None:
    """The program: on the PATH, else the one that was fetched."""
    on_path = shutil.which("cloudflared")
    return Path(on_path) if on_path else fetched()


@contextmanager
def program(port: int) -> Iterator[Program]:
    """How to lead an address to a local port. Raises `TunnelFailed` when the program is not here."""
    try:
        path = find()
    except FetchFailed as failed:
        raise TunnelFailed(str(failed)) from failed
    if path is None:
        msg = "cloudflared is not on the PATH: install it, or let `agent-chat serve` or `chatbox room open` fetch it"
        raise TunnelFailed(msg)
    with tempfile.TemporaryDirectory(prefix="chatbox-tunnel-") as folder:
        # A file of our own, because the user's would send requests to the services that it lists.
        config = Path(folder) / "config.yml"
        config.write_text("no-autoupdate: true\n", encoding="ascii")
        yield Program(
            name="cloudflared",
            command=(
                *(str(path), "tunnel", "--config", str(config), "--no-autoupdate"),
                # Over TCP: many networks let no QUIC out. By address: `localhost` may mean another program.
                *("--protocol", "http2", "--url", f"http://127.0.0.1:{port}"),
            ),
            address_in=address_in,
            is_connected=lambda line: _CONNECTED in line,
        )


def address_in(line: str) -> str | None:
    """The address in a line of its output. Errors name `api.trycloudflare.com`, which is none."""
    found = _ADDRESS.search(line)
    return found[0].lower() if found else None
