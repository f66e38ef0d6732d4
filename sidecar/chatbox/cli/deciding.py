"""What `approve` and `deny` share: look at the question, show it, and decide exactly what was shown."""

from typing import Any

from chatbox.cli.asking import Asking, ask
from chatbox.cli.exits import Exit, Failed
from chatbox.cli.options import TOKENS_MAX
from chatbox.cli.output import files_of_message, note, note_words, on_terminal, one_line, print_json, say, styled, when
from chatbox.client.endpoint import Files


def decide(files: Files, number: int, operation: str, words: dict[str, str], *, as_json: bool) -> None:
    """Answer question `number`. Raises `Failed`."""
    asked = ask(files, lambda asking: _decide(asking, number, operation, words, as_json))
    if as_json:
        print_json(asked)
    elif on_terminal():
        good = asked["status"] == "approved"
        say(f"{styled(asked['status'], 'good' if good else 'bad')} {number}, as {asked['decided_by']}")
    else:
        say(f"{number}\t{asked['status']}")


async def _decide(asking: Asking, number: int, operation: str, words: dict[str, str], as_json: bool) -> dict[str, Any]:
    asked = await _question(asking, number)
    if not as_json and asked["status"] == "open":
        _show(asked)
    await asking.write(operation, post_id=number, digest=asked["digest"], **words)
    return await _question(asking, number)


async def _question(asking: Asking, number: int) -> dict[str, Any]:
    found = await asking.read("get_post", post_id=number, max_tokens=TOKENS_MAX)
    asked: dict[str, Any] | None = found["approval"]
    if asked is None:
        message = f"message {number} asks for no approval: `chatbox approvals` lists what is open"
        raise Failed(Exit.REFUSED, "NOT_FOUND", message)
    return asked


def _show(asked: dict[str, Any]) -> None:
    """On stderr: it is for the person who decides, not for the script that reads the outcome."""
    about = f"{asked['channel']}, {when(asked['asked_at'])}, tier {asked['tier']}"
    note(f"{asked['id']}: {one_line(asked['asked_by'])} asks ({about})")
    note_words(asked)
    if asked["attachments"]:
        note(f"    {files_of_message(asked['attachments'])}: `chatbox attachments {asked['id']} --save DIR`")
