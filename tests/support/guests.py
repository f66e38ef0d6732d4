"""People whom the owner lets in, with the token that their link's session has."""

from http.cookies import SimpleCookie
from typing import Any

import httpx2
from chatbox.operations.caller import Caller

from tests.support.owners import BOUND_SECONDS


async def invited(owner: Caller, url: str, name: str, **what: Any) -> str:
    """Invite `name`, open the link, and return the session's token."""
    link = (await owner.call("invite", {"name": name, **what}))["url"]
    token = await redeemed(url, link)
    assert token is not None, "a new link works"
    return token


async def redeemed(url: str, link: str) -> str | None:
    """The token of the session that a link leads to, if it does."""
    async with httpx2.AsyncClient(base_url=url, trust_env=False, timeout=BOUND_SECONDS) as browser:
        answer = await browser.post("/session", json={"code": link.partition("#code=")[2]})
    if answer.status_code != 204:
        return None
    (cookie,) = SimpleCookie(answer.headers["set-cookie"]).values()
    return cookie.value
