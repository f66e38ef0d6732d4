"""The environment variables that ChatBox reads, and what stands in for those of earlier systems that it does not.

`docs/operator-guide.md` is made from these tables; a test compares them with the code and with `docs/migrating.md`.
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


_ONLY_THIS_MACHINE = (
    "a workspace is for this machine; `chatbox room open --host ADDRESS` lets others into a room beside it"
)
_OWN_LOGIN = "log the agent's program in, or give it its key where it keeps its own settings"

REPLACED = {
    "AGENTCHAT_HTTP_HOST": _ONLY_THIS_MACHINE,
    "AGENTCHAT_LAN_IP": _ONLY_THIS_MACHINE,
    "AGENTCHAT_CORS_ORIGINS": "pages of other origins are refused: scripts ask with a token, people by `chatbox link`",
    "AGENTCHAT_MCP_STDIO": "MCP needs no switch: `chatbox setup CLIENT` has `chatbox mcp` started on stdio",
    "DOORBELL_MANAGED": "use a table `[[agent]]` with `name` for each of them, in .agentchat/agents.toml",
    "DOORBELL_WATCH": "use `subscriptions` of each agent, in .agentchat/agents.toml",
    "DOORBELL_ENGINE": 'use `engine = "command"` with `command`, or `engine = "stub"`, in .agentchat/agents.toml',
    "DOORBELL_MODEL": "name the model among the arguments of `command`, in .agentchat/agents.toml",
    "DOORBELL_AUTH_MODE": _OWN_LOGIN,
    "DOORBELL_SECRET": _OWN_LOGIN,
    "DOORBELL_POLL_MS": "nothing polls, messages wake agents; `timeout_seconds` in agents.toml bounds a turn",
}
"""Variables of the earlier ChatBox that nothing reads any more, and what to do instead."""


def answers(names: Iterable[str]) -> Iterator[str]:
    """A line for each variable of the two earlier systems that has no effect here."""
    for name in sorted(names):
        if name in VARIABLES or not name.startswith((OURS, DOORBELL)):
            continue
        yield f"{name} has no effect: {_instead(name)}"


def _instead(name: str) -> str:
    if name in REPLACED:
        return REPLACED[name]
    if name.startswith(DOORBELL):
        return "agents are declared in .agentchat/agents.toml, and messages wake them"
    meant = difflib.get_close_matches(name, VARIABLES, 1, 0.8)
    return f"use {meant[0]}" if meant else "docs/operator-guide.md lists those that have one"
