"""Operations that are held to what they declare, in every test that asks one in this process."""

from dataclasses import replace
from typing import Any

from chatbox.domain.refusal import Refusal
from chatbox.operations.catalogue import OPERATIONS
from chatbox.operations.registry import Call, Operation


def held_to_their_declarations() -> None:
    """From now on a refusal with a code that its operation does not declare fails the test."""
    for name, operation in OPERATIONS.items():
        OPERATIONS[name] = held(operation)


def held(operation: Operation) -> Operation:
    """The same operation, watched."""

    async def watched(call: Call, params: Any) -> Any:
        answer = await operation.handler(call, params)
        if isinstance(answer, Refusal):
            assert answer.code in operation.refusals, f"{operation.name} does not declare {answer.code}"
        return answer

    return replace(operation, handler=watched)
