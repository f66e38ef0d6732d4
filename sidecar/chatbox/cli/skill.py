"""`chatbox skill`: what teaches an agent to use the room."""

import click

from chatbox.cli.output import say
from chatbox.setup.skill import skill_text


@click.command("skill")
def command() -> None:
    """Print the skill that teaches an agent to use the room.

    `chatbox setup claude --skill` puts it where Claude Code looks for it.
    """
    say(skill_text().rstrip("\n"))
