"""Who gets in: tokens to identities, one-time links to sessions. Tokens are compared by digest, in constant time."""

import hmac
from collections.abc import Callable

from chatbox.broker.broker import Broker
from chatbox.domain.admission import identify
from chatbox.domain.commands import OpenSession
from chatbox.domain.refusal import Refusal
from chatbox.domain.state import Member
from chatbox.domain.values import AGENT_SCOPES, ROLES, SECOND, Identity, Scope
from chatbox.operations.tokens import digest_of, new_token
from chatbox.ports import Clock

AGENT_SESSION_SECONDS = 24 * 3600
PAGE_SESSION_SECONDS = 30 * 24 * 3600
LINK_SECONDS = 24 * 3600
LINKS_MAX = 10
"""Unused links of one participant; of more, the oldest are spent."""

ADMITTED = Identity(participant="", kind="agent", scopes=frozenset((Scope.ADMIT,)))
"""The holder of the admission token, who has not said a name yet."""


class Admission:
    """The admission token: the one that stands, and the one before it, so that nobody is shut out by a rotation."""

    def __init__(
        self,
        token: str,
        former: str | None = None,
        keep: Callable[[str], None] | None = None,
        foreign: frozenset[str] = frozenset(),
    ) -> None:
        """`keep` stores a new token in place of the old one; without it the token is somebody else's to change.

        `foreign` are digests of credentials that an imported journal brought along: they admit nobody here.
        """
        self.foreign = foreign
        self.digests = [digest_of(known) for known in (token, former) if known is not None]
        self._keep = keep

    def rotate(self, replaces: str | None) -> Refusal | None:
        """Make and keep a new token, in place of the one with digest `replaces`: so a repeated request happens once."""
        if self._keep is None:
            return Refusal(
                code="WRONG_STATE", message="The token comes from AGENTCHAT_AUTH_TOKEN: change it there, and restart."
            )
        if replaces is not None and replaces != self.digests[0]:
            if replaces in self.digests:
                return None
            return Refusal(
                code="DIGEST_MISMATCH",
                message="The token was replaced by others meanwhile: look at .agentchat/token, then ask again.",
            )
        token = new_token()
        self._keep(token)
        self.digests = [digest_of(token), self.digests[0]]
        return None


class Door:
    """The admission token of the agents, the sessions it leads to, people's one-time links, and what is open."""

    def __init__(self, broker: Broker, clock: Clock, admission: Admission, url: str) -> None:
        """`url` is where links lead."""
        self._broker = broker
        self._clock = clock
        self._admission = admission
        self._url = url
        self._codes: dict[str, tuple[Identity, float]] = {}
        self._open_for: dict[str, dict[object, Callable[[], None]]] = {}

    def lasting_keys(self, purpose: bytes) -> list[bytes]:
        """Keys of 32 bytes that the next owner has as well, the one in use first; made of the admission tokens."""
        return [hmac.digest(bytes.fromhex(digest), purpose, "sha256") for digest in self._admission.digests]

    def identify(self, token: str) -> Identity | Refusal:
        """The holder of `token`."""
        return self.identify_digest(digest_of(token))

    def identify_digest(self, digest: str) -> Identity | Refusal:
        """The holder of the token with this digest, for callers who ask again with every request."""
        if any(hmac.compare_digest(digest, known) for known in self._admission.digests):
            return ADMITTED
        if digest in self._admission.foreign:
            return Refusal(
                code="AUTH_ERROR",
                message="This token is of the workspace that the journal was imported from: say `hello` here.",
            )
        return identify(self._broker.state, digest, self._broker.now())

    async def admit(self, by: Identity, name: str, channels: list[str]) -> str | Refusal:
        """A session for the visiting agent `name`, following `channels`."""
        if Scope.ADMIT not in by.scopes:
            return Refusal(code="AUTH_ERROR", message="`hello` needs the admission token of .agentchat/token.")
        return await self._open(
            OpenSession(
                participant=name,
                kind="agent",
                digest="",
                scopes=AGENT_SCOPES,
                expires=self._broker.now() + AGENT_SESSION_SECONDS * SECOND,
                channels=tuple(channels),
            )
        )

    async def renew(self, by: Identity) -> str | Refusal:
        """Another session like the one that asks, for as long as a new one; the old one runs out by itself."""
        if by.epoch is not None or Scope.ADMIT in by.scopes:
            return Refusal(code="WRONG_STATE", message="Only a session can be renewed: `hello` makes one.")
        seconds = PAGE_SESSION_SECONDS if by.kind == "person" else AGENT_SESSION_SECONDS
        expires = self._broker.now() + seconds * SECOND
        return await self._open(_session(by, expires))

    def rotate(self, replaces: str | None) -> Refusal | None:
        """Replace the admission token; the one before it still admits, until it is replaced again."""
        return self._admission.rotate(replaces)

    def link(self, by: Identity) -> str:
        """A link to the page that becomes a session of `by` once, with the scopes that `by` has.

        The code is in the fragment: it is never sent as part of an address, so no log and no Referer has it.
        """
        code = new_token()
        now = self._clock.elapsed()
        self._codes = {known: held for known, held in self._codes.items() if held[1] > now}
        own = [known for known, held in self._codes.items() if held[0].participant == by.participant]
        for known in own[: max(0, len(own) - LINKS_MAX + 1)]:
            del self._codes[known]
        # The session must not end with the token that asked for it, only with its holder's standing here.
        self._codes[digest_of(code)] = (by.model_copy(update={"credential": ""}), now + LINK_SECONDS)
        return f"{self._url}/#code={code}"

    def invitation(self, member: Member) -> str:
        """The same for somebody who was invited."""
        scopes = frozenset(ROLES[member.role])
        return self.link(Identity(participant=member.name, kind="person", scopes=scopes, channels=member.channels))

    def hold(self, participant: str, end: Callable[[], None]) -> Callable[[], None]:
        """Call `end` when `participant` is let go, until the returned function is called."""
        token = object()
        self._open_for.setdefault(participant, {})[token] = end

        def release() -> None:
            held = self._open_for.get(participant, {})
            held.pop(token, None)
            if not held:
                self._open_for.pop(participant, None)

        return release

    def let_go(self, participant: str) -> None:
        """Spend the unused links of `participant`, and end what is open in their name.

        Whose token still admits them comes again, as what they are now.
        """
        self._codes = {known: held for known, held in self._codes.items() if held[0].participant != participant}
        for end in list(self._open_for.get(participant, {}).values()):
            end()

    async def redeem(self, code: str) -> str | Refusal:
        """The session token that a link's code stands for; the code is spent."""
        by, expires = self._codes.pop(digest_of(code), (None, 0.0))
        if by is None or expires <= self._clock.elapsed():
            return Refusal(
                code="AUTH_ERROR",
                message="This link was used before or is too old: get a new one with `chatbox link`.",
            )
        return await self._open(_session(by, self._broker.now() + PAGE_SESSION_SECONDS * SECOND))

    async def _open(self, session: OpenSession) -> str | Refusal:
        token = new_token()
        outcome = await self._broker.submit(session.model_copy(update={"digest": digest_of(token)}))
        return outcome if isinstance(outcome, Refusal) else token


def _session(by: Identity, expires: int) -> OpenSession:
    """One more session like the one that asks."""
    scopes = tuple(sorted(by.scopes))
    return OpenSession(by=by, participant=by.participant, kind=by.kind, digest="", scopes=scopes, expires=expires)
