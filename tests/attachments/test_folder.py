"""The folder of contents: what it takes, what stays through a crash, and what goes, and when."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from chatbox.attachments.folder import ORPHAN_SECONDS, UPLOADS_MAX
from chatbox.attachments.sniffing import media_type_of
from chatbox.attachments.store import FolderAttachments
from chatbox.domain.attachments import IMAGES, MEDIA_TYPES
from chatbox.domain.values import Limits
from chatbox.ports import AttachmentsFailed, AttachmentsFull, Content, WrongContent
from hypothesis import given
from hypothesis import strategies as st

from tests.support.clocks import ManualClock
from tests.support.sending import sha256

SMALL = Limits(attachment_bytes=100, attachments_bytes=200)
MORNING = ManualClock()

IsNamed = Callable[[str], Awaitable[bool]]


def named(*contents: bytes) -> IsNamed:
    """Messages that name these contents and no other."""

    async def is_named(digest: str) -> bool:
        return digest in {sha256(content) for content in contents}

    return is_named


@asynccontextmanager
async def opened(path: Path, clock: ManualClock = MORNING, limits: Limits = SMALL) -> AsyncIterator[FolderAttachments]:
    store = await FolderAttachments.open(path, clock, limits)
    try:
        yield store
    finally:
        await store.close()


async def put(
    store: FolderAttachments, content: bytes, by: str = "ann", offset: int = 0, end: int | None = None
) -> int:
    whole = Content(sha256(content), len(content))
    return (await store.receive(by, whole, offset, content[offset:end])).size


def names(path: Path) -> list[str]:
    return sorted(one.name for one in path.iterdir())


@given(st.binary(max_size=60), st.lists(st.tuples(st.integers(0, 70), st.integers(0, 40)), max_size=30))
async def test_pieces_in_any_order_and_number_make_the_content_or_nothing(
    content: bytes, pieces: list[tuple[int, int]]
) -> None:
    with TemporaryDirectory() as folder:
        async with opened(Path(folder) / "a") as store:
            here = 0
            whole = False
            for offset, length in pieces:
                here = await put(store, content, offset=min(offset, len(content)), end=offset + length)
                whole = whole or here == len(content)
                assert await store.has(sha256(content)) is whole
            while not whole:
                here = await put(store, content, offset=here, end=here + 7)
                whole = here == len(content)
            assert await store.read(sha256(content), 0, 100) == content
            assert await store.media_type(sha256(content)) == media_type_of(content)


async def test_two_who_send_the_same_do_not_disturb_each_other(tmp_path: Path) -> None:
    content = b"the same content"
    async with opened(tmp_path) as store:
        assert await put(store, content, "ann", 0, 8) == 8
        assert await put(store, content, "ann.b", 0, 4) == 4
        assert await put(store, content, "ann", 8) == len(content)
        assert await store.uploaded("ann.b", sha256(content)) is None
        assert await put(store, content, "ann.b", 4) == len(content)
        assert await store.uploaded("ann.b", sha256(content)) == Content(sha256(content), len(content))
        assert await store.uploaded("b", sha256(content)) is None


async def test_wrong_bytes_are_thrown_away_and_what_was_there_stays(tmp_path: Path) -> None:
    content = b"right"
    async with opened(tmp_path) as store:
        await put(store, content, "ann")
        with pytest.raises(WrongContent):
            await store.receive("eve", Content(sha256(content), 5), 0, b"wrong")
        assert await store.read(sha256(content), 0, 100) == content
        assert await store.uploaded("eve", sha256(content)) is None
        # Nor does somebody's own proof go with somebody else's mistake.
        assert names(tmp_path) == [sha256(content), f"{sha256(content)}.ann.by"]


async def test_there_is_room_for_so_much_and_no_more_until_something_goes(tmp_path: Path) -> None:
    first, second, third = bytes(90), bytes(91), bytes(92)
    async with opened(tmp_path) as store:
        for content in (first, second):
            await put(store, content)
        with pytest.raises(AttachmentsFull, match="redact messages"):
            await put(store, third)
        assert await put(store, third, end=19) == 19
        with pytest.raises(AttachmentsFull):
            await put(store, third, offset=19)
    async with opened(tmp_path) as store:
        # Opened again it still knows, but for what was under way.
        with pytest.raises(AttachmentsFull):
            await put(store, third)
        await store.condemn([sha256(first)])
        await store.remove([sha256(first)], named())
        assert await put(store, third) == len(third)


async def test_one_participant_has_so_many_uploads_under_way_and_disturbs_nobody_else(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        others = b"of another"
        await put(store, others, "bob", 0, 1)
        for number in range(UPLOADS_MAX + 3):
            await put(store, b"content %d" % number, "ann", 0, 1)
        under_way = [name for name in names(tmp_path) if name.endswith(".ann.part")]
        assert len(under_way) == UPLOADS_MAX
        assert await put(store, others, "bob", 1) == len(others)


async def test_a_start_throws_away_what_was_under_way_and_keeps_what_was_whole(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await put(store, b"whole")
        await put(store, b"under way", end=3)
    async with opened(tmp_path) as store:
        await store.expire(named())
        assert names(tmp_path) == [sha256(b"whole"), f"{sha256(b'whole')}.ann.by"]
        assert await store.uploaded("ann", sha256(b"whole"))


async def test_what_no_message_names_goes_at_a_start_after_a_day(tmp_path: Path) -> None:
    clock = ManualClock()
    async with opened(tmp_path, clock) as store:
        for content in (b"named", b"not named"):
            await put(store, content)
    for seconds, left in ((ORPHAN_SECONDS - 1, 4), (1, 2)):
        clock.advance(seconds)
        async with opened(tmp_path, clock) as store:
            await store.expire(named(b"named"))
            assert len(names(tmp_path)) == left
    assert sha256(b"named") in names(tmp_path)


@pytest.mark.parametrize("noted", ["noted", "control: not noted"])
async def test_what_a_crash_left_condemned_goes_at_the_next_start(tmp_path: Path, noted: str) -> None:
    """The control: without the note nothing says that the message which named it was redacted."""
    async with opened(tmp_path) as store:
        for content in (b"redacted", b"still named"):
            await put(store, content)
        if noted == "noted":
            await store.condemn([sha256(b"redacted"), sha256(b"still named")])
    async with opened(tmp_path) as store:
        await store.finish(named(b"still named"))
        assert await store.has(sha256(b"redacted")) is not (noted == "noted")
        assert await store.has(sha256(b"still named"))
        assert not [name for name in names(tmp_path) if name.endswith(".going")]


async def test_what_a_message_is_about_to_name_stays_until_it_is_decided(tmp_path: Path) -> None:
    content = b"content"
    async with opened(tmp_path) as store:
        await put(store, content)
        await store.condemn([sha256(content)])
        async with store.held([sha256(content)]):
            await store.remove([sha256(content)], named())
            assert await store.has(sha256(content))
        await store.remove([sha256(content)], named())
        assert names(tmp_path) == []


async def test_a_link_in_the_folder_leads_nowhere(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hunter2")
    async with opened(tmp_path / "a") as store:
        (tmp_path / "a" / sha256(b"x")).symlink_to(secret)
        with pytest.raises(AttachmentsFailed):
            await store.read(sha256(b"x"), 0, 100)
        with pytest.raises(AttachmentsFailed, match="no SHA-256"):
            await store.read("../secret", 0, 100)


@given(st.one_of(st.binary(max_size=40), st.sampled_from([b"RIFF....WEBP", b"RIFFxxxxWAVE", b"GIF89a", b"%PDF-1.7"])))
def test_what_a_content_is_comes_from_a_closed_list(content: bytes) -> None:
    found = media_type_of(content)
    assert found in MEDIA_TYPES
    if found in IMAGES:
        assert content[:3] in (b"\x89PN", b"\xff\xd8\xff", b"GIF", b"RIF")


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"\x89PNG\r\n\x1a\n rest", "image/png"),
        (b"\xff\xd8\xff\xe0 rest", "image/jpeg"),
        (b"GIF87a rest", "image/gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "application/octet-stream"),
        (b"%PDF-1.7\n", "application/pdf"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "text/plain"),
        (b"<!doctype html><script>alert(1)</script>", "text/plain"),
        ("日本".encode(), "text/plain"),
        ("日本".encode("utf-16"), "application/octet-stream"),
        (b"a\x00b", "application/octet-stream"),
        (b"", "text/plain"),
    ],
)
def test_what_a_content_is_says_its_bytes(content: bytes, media_type: str) -> None:
    assert media_type_of(content) == media_type
