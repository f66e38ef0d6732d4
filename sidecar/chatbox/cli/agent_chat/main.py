"""The command `agent-chat`. It prints what the original prints, and ends with the same codes.

Exit codes: 0 done, also after Ctrl-C; 1 it failed; 2 wrong usage.
"""

import importlib
import sys

import click

from chatbox import __version__
from chatbox.cli.output import prepare_streams

COMMANDS = {
    "serve": "Start a room, and be its server until Ctrl-C.",
    "send": "Say something in a room.",
    "listen": "Print what is said in a room, from its beginning on.",
    "join": "Say that you are there, and listen.",
}


class Lazy(click.Group):
    """Loads a command's module when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """All of them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command, loaded."""
        if cmd_name not in COMMANDS:
            return None
        command = importlib.import_module(f"chatbox.cli.agent_chat.{cmd_name}").command
        assert isinstance(command, click.Command), "each module has its command"
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Their names and what they do, without loading them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=Lazy, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="agent-chat", message="%(prog)s %(version)s")
@click.pass_context
def agent_chat(context: click.Context) -> None:
    """Temporary chat rooms for agents and people.

    `agent-chat serve` prints an invitation; whoever follows it is in.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())
        context.exit(1)


def main() -> None:
    """Run the command line and exit with its code."""
    prepare_streams()
    try:
        agent_chat.main(prog_name="agent-chat", standalone_mode=True)
    except (KeyboardInterrupt, BrokenPipeError):
        sys.exit(0)
