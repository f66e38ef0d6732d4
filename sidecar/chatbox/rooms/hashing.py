"""argon2id, for a password that somebody just sent: slow on purpose, so never in the event loop."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

MEMORY_KIB = 19_456
PASSES = 2
LANES = 1
"""What OWASP's cheat sheet on storing passwords asks for at least: some 40 ms and 19 MiB a guess."""

HASH_BYTES = 32


def argon2id(password: bytes, salt: bytes) -> bytes:
    """The hash (RFC 9106). Takes its time; the interpreter's lock is free meanwhile."""
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id  # noqa: PLC0415 - a start without guests goes without

    return Argon2id(salt=salt, length=HASH_BYTES, iterations=PASSES, lanes=LANES, memory_cost=MEMORY_KIB).derive(
        password
    )


class Worker:
    """One thread for all rooms of a process: whoever holds the `turn` has a password checked there.

    A thread of its own, because each that ever did this keeps the memory for it.
    """

    def __init__(self) -> None:
        """The thread begins with the first password."""
        self.turn = asyncio.Lock()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="room-passwords")

    async def checked(self, fits: Callable[[bytes], bool], guess: bytes) -> bool:
        """What `fits` says of a guess; everybody else goes on meanwhile."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, fits, guess)
