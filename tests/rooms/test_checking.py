"""argon2id for room passwords: what is sent is checked once, one at a time, and nobody else stands still meanwhile."""

import asyncio
import threading
from collections.abc import Callable, Iterator

import pytest
from chatbox.rooms import hashing, password
from chatbox.rooms.guesses import FROM_EVERYWHERE, FROM_ONE_PLACE
from chatbox.rooms.hashing import Worker, argon2id

from tests.rooms.scene import HEADER, PASSWORD, Scene, a_room, texts
from tests.support.owners import BOUND_SECONDS, eventually

SALT = b"sixteen bytes or"
OF_THE_ROOM = PASSWORD.encode()


class Checks:
    """Every run of argon2id while in here: of what, and how many at once; `held` lets none of them end."""

    def __init__(self) -> None:
        self.of: list[bytes] = []
        self.most_at_once = 0
        self.held = threading.Event()
        self.held.set()
        self._now = 0
        self._lock = threading.Lock()

    def __call__(self, guess: bytes, salt: bytes) -> bytes:
        with self._lock:
            self.of.append(guess)
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
        assert self.held.wait(BOUND_SECONDS)
        try:
            return argon2id(guess, salt)
        finally:
            with self._lock:
                self._now -= 1


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> Iterator[Checks]:
    found = Checks()
    monkeypatch.setattr(password, "argon2id", found)
    yield found
    found.held.set()


def test_a_password_is_hashed_as_promised() -> None:
    assert (hashing.MEMORY_KIB, hashing.PASSES, hashing.LANES) == (19_456, 2, 1)
    # What the reference implementation (argon2-cffi 25) makes of it.
    assert argon2id(b"password", SALT).hex() == "6fe90ecc86600428b2364b278eba02ecdf9b50af26cf1238fd3a5d9ca654d9b1"
    assert argon2id(b"password", SALT) != argon2id(b"Password", SALT)
    assert argon2id(b"password", SALT) != argon2id(b"password", SALT[::-1])


async def test_a_client_that_asks_on_and_on_has_its_password_checked_once(checks: Checks) -> None:
    async with a_room() as scene:
        for _ in range(50):
            assert (await scene.client.get("/messages")).status_code == 200
        # The room's own hash, and the one that was sent.
        assert checks.of == [OF_THE_ROOM, OF_THE_ROOM]
        async with scene.stranger() as stranger:
            for _ in range(50):
                assert (await stranger.get("/messages", headers={HEADER: "mistyped"})).status_code == 401
        assert checks.of[2:] == [b"mistyped"]


async def test_a_hundred_who_come_at_once_cost_one_check(checks: Checks) -> None:
    async with a_room() as scene, asyncio.TaskGroup() as tasks:
        checks.held.clear()
        asked = [tasks.create_task(scene.client.get("/messages")) for _ in range(100)]
        await eventually(lambda: _so(len(checks.of) > 0))
        checks.held.set()
        assert [(await one).status_code for one in asked] == [200] * 100
        assert checks.of == [OF_THE_ROOM, OF_THE_ROOM]


async def test_guesses_at_once_are_checked_one_by_one_and_no_more_of_them_than_in_turn(checks: Checks) -> None:
    """However they come, also to several rooms."""
    async with a_room() as scene, scene.stranger() as stranger:
        scene.rooms.open("Other", "another one", "other")

        async def guess(path: str, number: int) -> int:
            return (await stranger.get(f"{path}/messages", headers={HEADER: f"guess {number}"})).status_code

        async with asyncio.TaskGroup() as tasks:
            asked = [tasks.create_task(guess(path, n)) for n in range(30) for path in ("", "/rooms/other")]
        answers = [one.result() for one in asked]
        assert answers.count(401) == 2 * FROM_ONE_PLACE
        assert answers.count(429) == 60 - 2 * FROM_ONE_PLACE
        assert checks.most_at_once == 1
        assert len(checks.of) == 2 + 2 * FROM_ONE_PLACE
        assert FROM_EVERYWHERE > FROM_ONE_PLACE


async def test_while_a_guess_is_checked_everybody_else_goes_on(checks: Checks) -> None:
    """Were it checked in the event loop, nothing here would ever be answered."""
    async with a_room() as scene, scene.stranger(**{HEADER: "a guess"}) as stranger, asyncio.TaskGroup() as tasks:
        await scene.say("I was here before")
        checks.held.clear()
        guess = tasks.create_task(stranger.get("/messages"))
        await eventually(lambda: _so(b"a guess" in checks.of))
        poll = tasks.create_task(scene.poll(1))
        await eventually(lambda: _so(scene.room.waiting == 1))
        await scene.say("now")
        assert texts(await poll) == ["now"]
        assert not guess.done()
        checks.held.set()
        assert (await guess).status_code == 401


@pytest.mark.parametrize("in_the_loop", [False, True], ids=["as it is", "control: checked in the event loop"])
async def test_the_loop_is_free_while_argon2id_works(monkeypatch: pytest.MonkeyPatch, *, in_the_loop: bool) -> None:
    """The interpreter's lock is given back meanwhile, else a thread would not help."""
    if in_the_loop:
        monkeypatch.setattr(Worker, "checked", _at_once)
    async with a_room() as scene, asyncio.TaskGroup() as tasks:
        turns = await _turns_of_the_loop(tasks, scene)
    assert (turns < 5) == in_the_loop


async def _turns_of_the_loop(tasks: asyncio.TaskGroup, scene: Scene) -> int:
    """How often the event loop came round while the room looked at a password."""
    work = tasks.create_task(scene.room.admits(b"a guess", "somewhere"))
    turns = 0
    while not work.done():
        await asyncio.sleep(0)
        turns += 1
    return turns


async def _at_once(_worker: Worker, fits: Callable[[bytes], bool], guess: bytes) -> bool:
    return fits(guess)


async def _so(value: object) -> object:
    return value
