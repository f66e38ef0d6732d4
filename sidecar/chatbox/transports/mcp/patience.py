"""How long clients wait for a tool, by the name they give themselves. Who is not known here gets the default."""

from collections.abc import Mapping
from typing import Any

from mcp.server.session import ServerSession

from chatbox.operations.listening import LISTEN_MS_MAX

_WAITING = frozenset(("listen", "ask_human"))
_PATIENT = ("claude-code", "codex-mcp-client", "copilot", "gemini-cli", "kimi", "visual studio code", "vscode")
"""What the names of clients begin with that wait for a minute or longer."""


def patient(session: ServerSession, tool: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a call, with the longest wait where the client is known to have the patience for it."""
    found = dict(arguments)
    client = session.client_params.client_info.name.lower() if session.client_params else ""
    if tool in _WAITING and found.get("timeout_ms") is None and client.startswith(_PATIENT):
        found["timeout_ms"] = LISTEN_MS_MAX
    return found
