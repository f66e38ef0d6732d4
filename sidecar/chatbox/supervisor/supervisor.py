"""Takes wakes and runs turns. It asks for operations like any other caller and knows no broker."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

from chatbox.domain.shown import Brief
from chatbox.operations.caller import Caller, Lost, Refused
from chatbox.ports import Engine, EngineFailed, TurnSpec

HEARTBEAT_SECONDS = 5.0
TURNS_AT_ONCE_MAX = 8
ERROR_CHARACTERS_MAX = 2_000

_log = logging.getLogger("chatbox.supervisor")


class Supervisor:
    """Runs the agents it has engines for, at most one turn each at a time."""

    def __init__(self, name: str, caller: Caller, engines: Mapping[str, Engine], workspace: str, url: str) -> None:
        """`engines` by agent; `workspace` is the folder they look at, `url` where their tools find the broker."""
        self._name = name
        self._caller = caller
        self._engines = engines
        self._workspace = workspace
        self._url = url
        self._turns: dict[str, tuple[int, asyncio.Task[None]]] = {}
        self._places = asyncio.Semaphore(TURNS_AT_ONCE_MAX)
        self._given_up: set[str] = set()
        self._resting = False

    @property
    def running(self) -> int:
        """How many turns run right now."""
        return len(self._turns)

    async def run(self) -> None:
        """Serve until cancelled; running turns are given up then and come back when somebody serves again."""
        try:
            async with asyncio.TaskGroup() as turns:
                await self._serve(turns)
        except* Lost as lost:
            _log.info("the broker is gone: %s", lost.exceptions[0])

    def rest(self) -> None:
        """Start no further turns; those that run go on."""
        self._resting = True

    async def _serve(self, turns: asyncio.TaskGroup) -> None:
        params = {"supervisor": self._name, "agents": sorted(self._engines)}
        await self._caller.call("attend", params)
        found = await self._caller.call("agents", {})
        for agent in found["agents"]:
            self._look(turns, agent)
        async for happened in self._caller.follow(found["cursor"]):
            for event in happened["events"]:
                if event["agent"] is not None:
                    self._look(turns, event["agent"])

    def _look(self, turns: asyncio.TaskGroup, agent: dict[str, Any]) -> None:
        """Start a turn for an agent that wakes; give up one that is no longer ours."""
        name = agent["name"]
        if name not in self._engines:
            return
        epoch, task = self._turns.get(name, (0, None))
        if task is not None and (agent["state"] == "parked" or agent["epoch"] > epoch > 0):
            self._given_up.add(name)
            task.cancel()
        if agent["state"] == "waking" and task is None and not self._resting:
            self._turns[name] = (0, turns.create_task(self._turn(turns, name)))

    async def _turn(self, turns: asyncio.TaskGroup, agent: str) -> None:
        try:
            async with self._places:
                await self._claim_and_run(agent)
        except Refused as refused:
            # Somebody else was first, or a person paused the agent meanwhile: nothing is lost.
            _log.info("the turn of %s ended without being recorded: %s", agent, refused.message)
        except asyncio.CancelledError:
            if agent not in self._given_up:
                raise
        finally:
            self._turns.pop(agent, None)
            self._given_up.discard(agent)
        await self._look_again(turns, agent)

    async def _look_again(self, turns: asyncio.TaskGroup, agent: str) -> None:
        """A wake that came while the turn ran was seen too early: look at how things are now."""
        found = await self._caller.call("agents", {})
        for known in found["agents"]:
            if known["name"] == agent:
                self._look(turns, known)

    async def _claim_and_run(self, agent: str) -> None:
        claimed = await self._caller.call("claim_turn", {"supervisor": self._name, "agent": agent})
        if claimed["turn"] is None:
            return
        epoch = claimed["epoch"]
        task = self._turns[agent][1]
        self._turns[agent] = (epoch, task)
        spec = TurnSpec(
            agent=agent,
            turn=claimed["turn"],
            epoch=epoch,
            attempt=claimed["attempt"],
            brief=Brief.model_validate(claimed["brief"]),
            workspace=self._workspace,
            url=self._url,
            token=claimed["token"],
        )
        try:
            async with asyncio.TaskGroup() as beating:
                heart = beating.create_task(self._beat(agent, epoch))
                said = await self._run(spec)
                heart.cancel()
            await self._caller.call("finish_turn", {"agent": agent, "epoch": epoch, "said": said})
        except* EngineFailed as failed:
            await self._fail(agent, epoch, str(failed.exceptions[0]))
        except* Refused as refused:
            await self._fail(agent, epoch, f"What it said was refused: {refused.exceptions[0]}")

    async def _run(self, spec: TurnSpec) -> list[dict[str, Any]]:
        try:
            return await self._engines[spec.agent].run(spec)
        except EngineFailed:
            raise
        except Exception as bug:
            _log.exception("the engine of %s has a bug", spec.agent)
            msg = f"Its engine failed: {type(bug).__name__}: {bug}"
            raise EngineFailed(msg) from bug

    async def _fail(self, agent: str, epoch: int, error: str) -> None:
        params = {"agent": agent, "epoch": epoch, "error": error[:ERROR_CHARACTERS_MAX]}
        await self._caller.call("fail_turn", params)

    async def _beat(self, agent: str, epoch: int) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            await self._caller.call("heartbeat", {"agent": agent, "epoch": epoch})
