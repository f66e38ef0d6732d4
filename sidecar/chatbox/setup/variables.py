"""The environment variables that ChatBox reads, and an answer to those of earlier systems that it does not.

`docs/operator-guide.md` is made from this table; a test compares it with the code.
"""

import difflib
from collections.abc import Iterable, Iterator
from typing import NamedTuple

OURS = "AGENTCHAT_"
DOORBELL = "DOORBELL_"


class Variable(NamedTuple):
    """One variable. `reads` says who reads it."""

    reads: str
    means: str


VARIABLES = {
    "AGENTCHAT_WORKSPACE": Variable(
        "every command", "The project's folder. Else the nearest parent with `.agentchat/`, the git root, this folder."
    ),
    "AGENTCHAT_HTTP_PORT": Variable(
        "the owner (`up`, `lsp`)", "The port of the workspace. `--port` wins. Else that of last time, else a free one."
    ),
    "AGENTCHAT_AUTH_TOKEN": Variable(
        "the owner, `mcp`",
        "The token that lets agents in, instead of `.agentchat/token`. `tokens rotate` is then refused.",
    ),
    "AGENTCHAT_TOKEN": Variable(
        "every command",
        "Whom a command speaks for: an agent's session. Set in every turn; else the person of this machine.",
    ),
    "AGENTCHAT_AGENT_NAME": Variable(
        "`mcp`", "What the agent is called, when `--name` is left out. Set in every turn."
    ),
    "AGENTCHAT_URL": Variable(
        "agents' programs", "Where the workspace answers. Set in every turn; ChatBox reads it nowhere."
    ),
    "AGENTCHAT_ROOM_PASSWORD": Variable(
        "`room open`, `agent-chat`",
        "A room's password, when `--password` is left out: it shows in no list of processes.",
    ),
    "CHATBOX_SERVICE_CONFIG": Variable(
        "`service`", "Its `service.toml`, when `--config` is left out. No client looks there for a room."
    ),
    "CHATBOX_NSSM": Variable("`service`", "Where NSSM is, when it is not beside Python."),
}


def answers(names: Iterable[str]) -> Iterator[str]:
    """A line for each variable of the two earlier systems that has no effect here."""
    for name in sorted(names):
        if name.startswith(DOORBELL):
            yield f"{name} has no effect: agents are declared in .agentchat/agents.toml, and messages wake them"
        elif name.startswith(OURS) and name not in VARIABLES:
            meant = difflib.get_close_matches(name, VARIABLES, 1, 0.8)
            instead = f"use {meant[0]}" if meant else "docs/operator-guide.md lists those that have one"
            yield f"{name} has no effect: {instead}"
