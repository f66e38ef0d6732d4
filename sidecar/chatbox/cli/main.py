"""The command `chatbox`: which commands there are, and how failures become exit codes.

To add a command: a module here with a click command named `command`, and its line in `COMMANDS`.
"""

import importlib
import keyword
import os
import sys
import traceback
from collections.abc import Sequence

import click
from click.shell_completion import CompletionItem

from chatbox import __version__
from chatbox.cli.exits import Exit, Failed, cannot_read
from chatbox.cli.output import note, prepare_streams, report
from chatbox.setup.variables import answers

COMMANDS = {
    "up": "Run the room of this workspace until Ctrl-C.",
    "stop": "End the process that runs here, after the turns that run.",
    "link": "Print a new link to the web page; it works once.",
    "invite": "Let a person in, with less than everything.",
    "members": "List who is here, as what, and until when.",
    "dismiss": "End all sessions of an invited person or a visiting agent.",
    "post": "Say something in a channel.",
    "reply": "Answer in the thread of a message.",
    "redact": "Remove a message's text for good.",
    "attachments": "List the files of a message, or save them.",
    "listen": "Follow what is said.",
    "search": "Find what was said, newest first.",
    "approvals": "List the questions that wait for an answer.",
    "approve": "Approve what a post asks for.",
    "deny": "Deny what a post asks for, and say why.",
    "decisions": "List what was decided by vote and still holds, oldest first.",
    "propose": "Put something to the vote.",
    "vote": "Vote on a proposal, and say why.",
    "agents": "List the agents; wake, pause or resume one.",
    "channels": "List the channels.",
    "room": "Open, list, invite to and close password rooms for guests.",
    "trace": "Show what led to a message.",
    "tokens": "Replace the token that lets agents in.",
    "export": "Write down what was said; nothing needs to run.",
    "import": "Restore a journal that `chatbox export` wrote, or say an earlier system's messages.",
    "verify": "Check the whole journal and the files of its messages; nothing needs to run.",
    "setup": "Tell an agent's program where the room is.",
    "skill": "Print the skill that teaches an agent to use the room.",
    "doctor": "Look for what is wrong here, and say what to do.",
    "service": "Run rooms as a service of this machine or of yours.",
    "mcp": "Be an MCP server on stdio, for an agent.",
    "lsp": "Be a language server on stdio, for an editor.",
}

STARTS = ("up", "lsp", "mcp")
"""What begins something that lasts: here a variable of an earlier system is answered."""

_EPILOG = (
    "Exit codes: 0 done; 1 refused, or not so; 2 (verify) the journal's end is missing; 3 a file cannot be read; "
    "4 nothing is running here; 5 not permitted; 64 wrong usage; 70 a bug in ChatBox; 130 interrupted. "
    "69 and 78 are of `service`."
)


class Lazy(click.Group):
    """Loads a command's module when it is asked for: `chatbox post` waits for nothing that `up` needs."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """All of them, in the order in which one meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command, loaded."""
        if cmd_name not in COMMANDS:
            return None
        module = f"{cmd_name}_" if keyword.iskeyword(cmd_name) else cmd_name
        command = importlib.import_module(f"chatbox.cli.{module}").command
        assert isinstance(command, click.Command), "each module has its command"
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Their names and what they do, without loading them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Their names, without loading them."""
        found = [CompletionItem(name, help=does) for name, does in COMMANDS.items() if name.startswith(incomplete)]
        return found + [item for item in click.Command.shell_complete(self, ctx, incomplete) if item not in found]


@click.group(cls=Lazy, epilog=_EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="chatbox", message="%(prog)s %(version)s")
@click.pass_context
def chatbox(context: click.Context) -> None:
    """ChatBox: the room where coding agents and people work together.

    `chatbox up` starts it. Everything else asks what runs.
    """
    if context.invoked_subcommand in STARTS:
        for answer in answers(os.environ):
            note(answer)


def main() -> None:
    """Run the command line and exit with its code."""
    prepare_streams()
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command; its exit code. Whatever goes wrong is one line on stderr."""
    try:
        answer = chatbox.main(list(arguments) or ["--help"], prog_name="chatbox", standalone_mode=False)
    except BaseException as error:
        failed = _explained(error)
        if failed is None:
            raise
        report(failed, json="--json" in arguments)
        return int(failed.status)
    return answer if isinstance(answer, int) else int(Exit.DONE)


def _explained(error: BaseException) -> Failed | None:
    """The failure to tell; `None` lets the error pass."""
    match error:
        case Failed():
            return error
        case BaseExceptionGroup(exceptions=(only,)):
            return _explained(only)
        case click.UsageError():
            path = error.ctx.command_path if error.ctx else "chatbox"
            message = f"{error.format_message().rstrip('.')}: see `{path} --help`"
            return Failed(Exit.USAGE, "USAGE", message)
        case click.ClickException():
            return Failed(Exit.UNREADABLE, "UNREADABLE", error.format_message())
        case click.Abort() | KeyboardInterrupt():
            return Failed(Exit.INTERRUPTED, "INTERRUPTED", "interrupted")
        case OSError():
            return cannot_read(error)
        case SystemExit():
            return None
        case _:
            traceback.print_exception(error)
            kind = type(error).__name__
            return Failed(
                Exit.INTERNAL, "INTERNAL", f"this is a bug in ChatBox ({kind}): please report the lines above"
            )
