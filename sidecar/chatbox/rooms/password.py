"""A room's password: checked with argon2id, made when none is given, judged when it leaves the machine."""

import hashlib
import hmac
import math
import secrets
import string

from chatbox.rooms.hashing import argon2id

_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without the letters and digits that are mistaken for each other when read aloud."""

_GROUPS = 4
_GROUP_CHARACTERS = 4

WEAK_BITS = 50
"""Below this many bits a password may be guessed in spite of the limit, or out of a recorded hash of it."""

_FORMS = (
    (string.ascii_lowercase, 26),
    (string.ascii_uppercase, 26),
    (string.digits, 10),
    (string.punctuation + " ", 33),
)
_OTHER_CHARACTERS = 100

_COMMON = frozenset(
    [
        "admin",
        "agent",
        "agents",
        "chat",
        "chatbox",
        "chatroom",
        "demo",
        "guest",
        "hello",
        "hunter",
        "letmein",
        "master",
        "monkey",
        "open",
        "password",
        "pass",
        "qwerty",
        "room",
        "secret",
        "test",
        "welcome",
        "abc",
        "football",
        "dragon",
        "iloveyou",
        "sunshine",
        "changeme",
        "agentchat",
    ]
)


class Password:
    """What opens a room. Any Unicode text that is not empty."""

    def __init__(self, text: str) -> None:
        """`text` stays here, because the room's invitation repeats it."""
        assert text, "a room has a password"
        self.text = text
        self._key = secrets.token_bytes(32)
        self._salt = secrets.token_bytes(16)
        self._hashes: list[bytes] = []

    def digest(self, guess: bytes) -> bytes:
        """A guess of any length as a fixed number of bytes that mean nothing outside this process.

        Clients send the password with every request, some every second: what was checked once is known by this.
        """
        return hmac.digest(self._key, guess, hashlib.sha256)

    def fits(self, guess: bytes) -> bool:
        """Whether a guess opens the room. Slow: for a thread, and one at a time."""
        if not self._hashes:
            self._hashes = [argon2id(form, self._salt) for form in sorted(_headers(self.text))]
        found = argon2id(guess, self._salt)
        return any([hmac.compare_digest(found, known) for known in self._hashes])  # noqa: C419 - all are compared


def strong_password() -> str:
    """80 bits, in groups that one can type on a phone."""
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP_CHARACTERS)) for _ in range(_GROUPS))
    return "-".join(groups)


def is_weak(text: str) -> bool:
    """Whether somebody outside might guess it: too few possibilities, or words that are tried first."""
    lowered = text.casefold()
    for word in sorted(_COMMON, key=len, reverse=True):
        lowered = lowered.replace(word, "*")
    # Each common word counts as one character, and so does a run as in "12345" or "aaaa".
    fresh = [c for before, c in zip(" " + lowered, lowered, strict=False) if abs(ord(c) - ord(before)) > 1]
    distinct = len(set(fresh))
    kinds = sum(size for characters, size in _FORMS if any(c in characters for c in text))
    kinds += _OTHER_CHARACTERS if any(ord(c) > 0x7E for c in text) else 0  # noqa: PLR2004 - the end of ASCII
    return min(len(fresh), 2 * distinct) * math.log2(max(kinds, 2)) < WEAK_BITS


def _headers(text: str) -> set[bytes]:
    """The bytes that clients send for it.

    Headers know no encoding: Python's clients send Latin-1 and curl what the terminal uses, which is UTF-8; and
    whitespace around a header's value is lost on the way.
    """
    sent = {text.encode("utf-8", "surrogatepass")}
    if all(ord(character) < 0x100 for character in text):  # noqa: PLR2004 - the end of Latin-1
        sent.add(text.encode("latin-1"))
    return sent | {stripped for form in sent if (stripped := form.strip(b" \t"))}
