"""What an entry of ours is, and which entries start the earlier system."""

import os
import re
import shutil
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from chatbox.setup.clients import Launch

NAME = "chatbox"

_BROKER = re.compile(r"(^|[\\/\s\"'])broker(_daemon)?\.py($|[\s\"'])")
"""The daemon speaks MCP on stdio as well, when its `AGENTCHAT_MCP_STDIO` is set."""
_CHATBOX = re.compile(r"(^|[\\/])chatbox(\.exe)?$", re.IGNORECASE)


def launch(root: Path, agent: str) -> Launch:
    """How `chatbox mcp` of this very installation is started for a workspace, from any folder and without a PATH."""
    arguments = ("mcp", "--name", agent, "--workspace", str(root))
    beside = Path(sys.executable).with_name("chatbox.exe" if os.name == "nt" else "chatbox")
    if beside.is_file():
        return Launch(str(beside), arguments)
    package = Path(__file__).parents[2]
    installed = {Path(sysconfig.get_path(name)) for name in ("purelib", "platlib")}
    # What the editor's extension carries is no installed package: Python has to be told where it lies.
    environment = () if package in installed else (("PYTHONPATH", str(package)),)
    return Launch(sys.executable, ("-m", "chatbox", *arguments), environment)


def words_of(entry: Any) -> list[str]:
    """The program of an entry and its arguments, whichever client's it is."""
    if not isinstance(entry, Mapping):
        return []
    command, arguments = entry.get("command"), entry.get("args")
    first = list(command) if isinstance(command, list) else [command]
    rest = list(arguments) if isinstance(arguments, list) else []
    return [str(word) for word in (*first, *rest) if isinstance(word, str)]


def starts_broker(entry: Any) -> bool:
    """Whether it starts the earlier system's `broker.py`."""
    return any(_BROKER.search(word) for word in words_of(entry))


def starts_chatbox(entry: Any) -> bool:
    """Whether it starts `chatbox mcp`."""
    words = words_of(entry)
    return "mcp" in words and any(_CHATBOX.search(word) for word in words[: words.index("mcp")])


def former(servers: Mapping[str, Any]) -> list[str]:
    """The names of the entries that start the earlier system."""
    return [name for name, entry in servers.items() if starts_broker(entry)]


def trouble(entry: Any, root: Path) -> Iterator[str]:
    """What is wrong with an entry that starts `chatbox mcp`."""
    words = words_of(entry)
    program = words[0]
    if shutil.which(program) is None:
        yield f"it starts {program}, which is not there"
    if "--workspace" in words[:-1]:
        named = Path(words[words.index("--workspace") + 1])
        if named.resolve() != root.resolve():
            yield f"it is for another workspace: {named}"
