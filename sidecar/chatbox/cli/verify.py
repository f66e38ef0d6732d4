"""`chatbox verify`: whether the journal is what was recorded."""

from pathlib import Path

import click

from chatbox.app.verifying import Truncated, Unverifiable, missing_files, verify
from chatbox.cli.exits import Exit, Failed
from chatbox.cli.options import files_of, with_json
from chatbox.cli.output import note, print_json, say
from chatbox.cli.progress import Shown
from chatbox.domain.chain import Mismatch


@click.command("verify")
@with_json
def command(workspace: Path | None, as_json: bool) -> None:
    """Check the whole journal and the files of its messages; nothing needs to run.

    Exit codes: 0 every entry and every file is what was recorded; 1 one is not, and which; 2 entries are missing
    at the end; 3 the journal is missing or cannot be read. Files that are missing are told, and are no failure: an
    import may have come without them.
    """
    files = files_of(workspace)
    with Shown("checking the journal") as progress:
        try:
            found = verify(files.journal, files.views, progress)
            missing = missing_files(files.attachments, found.named)
        except Mismatch as mismatch:
            message = f"{mismatch}: restore {files.journal} and {files.attachments} from a backup"
            raise Failed(Exit.REFUSED, "MISMATCH", message) from mismatch
        except Truncated as truncated:
            raise Failed(Exit.TRUNCATED, "TRUNCATED", str(truncated)) from truncated
        except Unverifiable as unverifiable:
            raise Failed(Exit.UNREADABLE, "UNREADABLE", str(unverifiable)) from unverifiable
    if not found.compared:
        note(f"{files.views} is not there or not readable, so a missing end would not show.")
    if missing:
        note(f"The files of messages {', '.join(map(str, missing))} are not in {files.attachments}.")
    if as_json:
        said = {"id": found.journal, "entries": found.entries, "head": found.head.hex(), "compared": found.compared}
        print_json({**said, "files": len(found.named), "without_files": missing})
    else:
        whole = len(found.named) - len(missing)
        files_too = "" if not whole else " and 1 file" if whole == 1 else f" and {whole} files"
        say(f"verified {found.entries} entries{files_too}, head {found.head.hex()}")
