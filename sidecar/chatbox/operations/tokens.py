"""Tokens: 256 random bits for whoever holds them, a SHA-256 for everybody else."""

import hashlib
import secrets


def new_token() -> str:
    """A fresh token, URL-safe."""
    return secrets.token_urlsafe(32)


def digest_of(token: str) -> str:
    """What is stored of a token. A plain hash suffices: there are 256 bits to guess."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
