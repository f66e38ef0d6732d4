"""`chatbox lsp`: the editor's sidecar. It answers the editor at once and finds or becomes the owner meanwhile."""

import asyncio
import os
from typing import TYPE_CHECKING

from chatbox.transports.lsp.server import EditorServer

if TYPE_CHECKING:
    from chatbox.app.keeping import Keeper
    from chatbox.client.endpoint import Files
    from chatbox.operations.caller import Caller


async def serve_editor(files: "Files", *, supervise: bool) -> None:
    """Serve the editor on stdin and stdout until it goes away and nothing runs here any more."""
    keepers: list[Keeper] = []
    async with asyncio.TaskGroup() as tasks:

        def prepare(editor: EditorServer) -> "Caller":
            from chatbox.app.keeping import Keeper  # noqa: PLC0415 - after the editor's `initialize` was answered
            from chatbox.app.owning import Options  # noqa: PLC0415

            keeper = Keeper(files, Options(supervise=supervise), editor.report)
            keepers.append(keeper)
            tasks.create_task(keeper.run())
            return keeper

        server = EditorServer(prepare)
        await server.serve()
        for keeper in keepers:
            await keeper.leave()
    if server.orphaned:
        # Python would wait for the thread that waits in stdin.
        os._exit(0)
