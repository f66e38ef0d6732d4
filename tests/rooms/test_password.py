"""Passwords: which bytes open a room, which are made, and which are too easy to guess."""

import pytest
from chatbox.rooms.invitation import invitation, link
from chatbox.rooms.password import Password, is_weak, strong_password


@pytest.mark.parametrize(
    ("password", "sent"),
    [
        ("secret", b"secret"),
        ("pässwörd", "pässwörd".encode("latin-1")),
        ("pässwörd", "pässwörd".encode()),
        ("пароль", "пароль".encode()),
        ("  padded ", b"padded"),
        ("  padded ", b"  padded "),
    ],
)
def test_a_password_opens_in_every_encoding_that_clients_send(password: str, sent: bytes) -> None:
    assert Password(password).fits(sent)


@pytest.mark.parametrize("sent", [b"", b"Secret", b"secret ", b"secre", b"secrets", "ŝecret".encode()])
def test_nothing_else_opens_it(sent: bytes) -> None:
    assert not Password("secret").fits(sent)


def test_two_rooms_with_one_password_have_different_digests() -> None:
    assert Password("secret").digest(b"secret") != Password("secret").digest(b"secret")


@pytest.mark.parametrize(
    "password",
    [
        "x",
        "secret",
        "password",
        "Password1!",
        "letmein123",
        "12345678901234567890",
        "abcdefghijklmnop",
        "aaaaaaaaaaaaaaaaaaaa",
        "agentchat-room",
        "qwertyuiop"[:6],
        "пароль",
        "SECRET",
    ],
)
def test_a_weak_password_is_noticed(password: str) -> None:
    assert is_weak(password)


@pytest.mark.parametrize(
    "password", ["correct horse battery staple", "k7mq-2wxt-9hpn-d4vz", "Tr0ub4dor&3 and more", "пароль для друзей"]
)
def test_a_strong_one_is_not_complained_about(password: str) -> None:
    assert not is_weak(password)


def test_passwords_that_are_made_are_strong_and_different() -> None:
    made = {strong_password() for _ in range(200)}
    assert len(made) == 200
    assert not any(is_weak(password) for password in made)
    assert not any(set(password) & set("ilo01") for password in made)


def test_the_invitation_never_puts_the_password_where_servers_log_it() -> None:
    written = invitation("https://x.example/rooms/a", "p&q #1?=ü'")
    assert link("https://x.example/rooms/a", "p&q #1?=ü'") == (
        "https://x.example/rooms/a/#password=p%26q%20%231%3F%3D%C3%BC%27"
    )
    assert "?password" not in written
    assert """--password 'p&q #1?=ü'"'"''""" in written
    assert "--password=-dash" in invitation("http://x", "-dash")
