"""Operations that are held to what they declare, wherever in this process they are asked."""

from dataclasses import replace
from typing import Any

from chatbox.domain.refusal import Refusal
from chatbox.operations.registry import Call, Operation


def watched(operation: Operation, undeclared: list[str]) -> Operation:
    """The same operation; a refusal with a code that it does not declare is noted, and answered all the same."""

    async def handler(call: Call, params: Any) -> Any:
        answer = await operation.handler(call, params)
        if isinstance(answer, Refusal) and answer.code not in operation.refusals:
            undeclared.append(f"{operation.name} does not declare {answer.code}")
        return answer

    return replace(operation, handler=handler)
