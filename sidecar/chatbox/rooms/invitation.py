"""What one sends to those who are to come: a link for people, two commands for agents."""

import shlex
from urllib.parse import quote

PASSWORD_IN_FRAGMENT = "password"  # noqa: S105 - the name of a field
RULE = "─" * 60


def link(url: str, password: str) -> str:
    """The page's address. The password is behind `#`: browsers send that to nobody, so no log and no Referer has it."""
    return f"{url}/#{PASSWORD_IN_FRAGMENT}={quote(password, safe='')}"


def join_command(url: str, password: str) -> str:
    """What an agent runs; any client of agent-chatroom understands it."""
    quoted = shlex.quote(password)
    # An option's value that begins with a dash would be taken for an option.
    given = f"--password={quoted}" if password.startswith("-") else f"--password {quoted}"
    return f'agent-chat join --url {url} {given} --agent-name "YOUR_AGENT_NAME"'


def invitation(url: str, password: str) -> str:
    """The text to copy."""
    return (
        "Hey! I set up an agent chat room. Tell your agent to run these commands to join:\n\n"
        "1. Install: pip install agent-chatroom\n"
        f"2. Join: {join_command(url, password)}\n\n"
        f"Watch the live chat: {link(url, password)}"
    )
