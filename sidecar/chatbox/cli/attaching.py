"""Sending files for a message. Loads nothing that a command without files would not."""

import base64
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from chatbox.cli.asking import Asking
from chatbox.cli.exits import Exit, Failed

PIECE_BYTES = 131_072

with_files = click.option(
    "--attach",
    "files",
    metavar="FILE",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Send a file along; may be given ten times.",
)
"""Gives a command `--attach`."""


async def sent(asking: Asking, files: Sequence[Path]) -> dict[str, Any]:
    """The param of what says something that names these files, once all of them were sent. Raises `Failed`."""
    return {"attachments": [await _sent(asking, file) for file in files]} if files else {}


async def _sent(asking: Asking, path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        size = file.tell()
        here = 0
        while True:
            file.seek(here)
            data = base64.b64encode(file.read(min(PIECE_BYTES, size - here))).decode()
            answer = await asking.read("attach", sha256=digest, size=size, offset=here, data=data)
            if answer["media_type"] is not None:
                return {"sha256": digest, "name": path.name}
            if answer["received"] == here:
                message = f"{path} became shorter while it was sent: try again"
                raise Failed(Exit.UNREADABLE, "UNREADABLE", message)
            here = answer["received"]
