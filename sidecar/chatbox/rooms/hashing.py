"""argon2id, for a password that somebody just sent: slow on purpose, so never in the event loop."""

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
