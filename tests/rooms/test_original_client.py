"""The unmodified agent-chatroom 0.2.0 client, as its users run it, against our server."""

import asyncio
import re
import signal

import pytest
from chatbox.app.rooms.ways import Way

from tests.rooms.programs import Programs
from tests.rooms.scene import PASSWORD, Scene, a_room, asking
from tests.support.owners import eventually
from tests.support.processes import Ended, Running

LINE = re.compile(r"\[\d\d:\d\d:\d\d\] (?P<agent>[^:]*): (?P<text>.*)")


async def send(commands: Programs, url: str, message: str, password: str = PASSWORD) -> Ended:
    arguments = ("send", "-u", url, "-p", password, "-a", "ada", "-m", message)
    return await asyncio.to_thread(commands.original(*arguments).ended)


async def line(running: Running, text: str) -> str:
    """The next line that ends with `text`."""
    return await asyncio.to_thread(running.line, lambda found: found.rstrip("\n").endswith(text))


def url(scene: Scene, path: str = "") -> str:
    return f"http://127.0.0.1:{scene.entered.port}{path}"


async def test_it_sends(commands: Programs) -> None:
    async with a_room() as scene:
        ended = await send(commands, url(scene), "hello")
        assert (ended.code, ended.out, ended.err) == (0, "✅ Sent message as ada\n", "")
        (message,) = (await scene.poll(0))["messages"]
        assert message.keys() == {"agent", "text", "timestamp"}
        assert (message["agent"], message["text"]) == ("ada", "hello")


async def test_a_wrong_password_and_an_empty_text_are_told_in_its_words(commands: Programs) -> None:
    async with a_room() as scene:
        wrong = await send(commands, url(scene), "hello", "wrong")
        assert (wrong.code, wrong.out, wrong.err) == (1, "", "❌ Invalid password\n")
        empty = await send(commands, url(scene), "")
        assert (empty.code, empty.out, empty.err) == (1, "", "❌ HTTP error 400: Bad Request\n")
        nowhere = await send(commands, url(scene, "/rooms/nowhere"), "x")
        assert nowhere.err == "❌ HTTP error 404: Not Found\n"
        assert scene.room.log.total == 0


@pytest.mark.parametrize("text", ["grüß dich, 世界 🤖", "one\ntwo\n\nthree", "x" * 50_000, "<b>&amp;", "-n", "0"])
async def test_every_text_arrives_as_it_was_sent(commands: Programs, text: str) -> None:
    async with a_room() as scene:
        running = commands.original("send", "-u", url(scene), "-p", PASSWORD, "-a", "Zoë 🤖", f"--message={text}")
        assert (await asyncio.to_thread(running.ended)).code == 0
        (message,) = (await scene.poll(0))["messages"]
        assert (message["agent"], message["text"]) == ("Zoë 🤖", text)


@pytest.mark.parametrize("password", ["pässwörd ÿ", "a:b/c?d=e&f#g%20h+i", "'quoted\" $HOME"])
async def test_passwords_that_its_header_can_carry(commands: Programs, password: str) -> None:
    async with a_room(password) as scene:
        assert (await send(commands, url(scene), "hello", password)).code == 0
        assert (await send(commands, url(scene), "hello", password + "x")).err == "❌ Invalid password\n"


async def test_a_password_beyond_its_header_opens_what_it_sends_in_the_query(commands: Programs) -> None:
    """It cannot send such a header (that is its own limit), but it listens with the query."""
    async with a_room("пароль 日本 🔑") as scene:
        assert "codec can't encode" in (await send(commands, url(scene), "hello", "пароль 日本 🔑")).err
        scene.room.say("eve", "over here")
        listener = commands.original("listen", "-u", url(scene), "-p", "пароль 日本 🔑")
        assert LINE.match(await line(listener, "eve: over here"))


async def test_it_listens_from_the_beginning_on(commands: Programs) -> None:
    async with a_room() as scene:
        await scene.say("before")
        listener = commands.original("listen", "-u", url(scene), "-p", PASSWORD)
        assert LINE.match(await line(listener, "ada: before"))
        await eventually(lambda: _waiting(scene))
        await scene.say("two\nlines")
        assert LINE.match(await line(listener, "ada: two"))
        assert await line(listener, "lines")
        ended = await asyncio.to_thread(listener.end, signal.SIGINT)
        assert ended.code == 0
        assert ended.err == f"👂 Listening to {url(scene)}...\n"


async def test_it_joins(commands: Programs) -> None:
    async with a_room() as scene:
        await scene.say("before")
        guest = commands.original("join", "-u", url(scene), "-p", PASSWORD, "-a", "bob")
        await line(guest, "--- end of history ---")
        await line(guest, "bob: *joined the chat*")
        await eventually(lambda: _waiting(scene))
        await scene.say("welcome")
        await line(guest, "ada: welcome")


async def test_it_goes_on_after_a_restart_of_the_server(commands: Programs) -> None:
    async with a_room() as scene:
        port = scene.entered.port
        await scene.say("in the first life")
        listener = commands.original("listen", "-u", url(scene), "-p", PASSWORD)
        await line(listener, "ada: in the first life")
    async with a_room(way=Way(port=port)) as scene:
        await eventually(lambda: _waiting(scene))
        await scene.say("in the second life")
        await line(listener, "ada: in the second life")
        said = [one for one in listener.lines if LINE.match(one)]
        assert len(said) == 2


async def test_a_room_under_a_path_prefix(commands: Programs) -> None:
    async with a_room() as scene:
        scene.rooms.open("Other", "another one", "review-1")
        prefix = url(scene, "/rooms/review-1/")
        assert (await send(commands, prefix, "hello", "another one")).code == 0
        assert (await send(commands, prefix, "hello", PASSWORD)).err == "❌ Invalid password\n"
        listener = commands.original("listen", "-u", prefix, "-p", "another one")
        await line(listener, "ada: hello")
        assert scene.room.log.total == 0


async def test_its_web_pages_requests_are_answered(commands: Programs) -> None:
    """Somebody may have the original's page open: it asks with the password in the query."""
    del commands
    async with a_room() as scene, asking(scene.entered.port) as page:
        query = "?password=correct%20horse"
        posted = await page.post(f"/messages{query}", json={"agent": "page", "text": "hi"})
        assert posted.status_code == 200
        assert len((await page.get(f"/messages{query}")).json()["messages"]) == 1
        assert (await page.get(f"/messages/poll{query}&after=0")).json()["next"] == 1


async def _waiting(scene: Scene) -> bool:
    return scene.room.waiting == 1
