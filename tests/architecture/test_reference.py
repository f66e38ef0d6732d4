"""`docs/protocol.md`: it is made from the declarations, and they are true."""

import re
from dataclasses import replace
from typing import Any, cast, get_args

import pytest
from chatbox.domain.refusal import Code, Refusal
from chatbox.operations.catalogue import OPERATIONS
from chatbox.operations.document import lines
from chatbox.operations.registry import Call
from chatbox.operations.wire import Nothing

from tests.support.declared import watched

PAGE = "\n".join(lines())


@pytest.mark.parametrize("name", [name for name, op in OPERATIONS.items() if op.transports != {"local"}])
def test_an_operation_has_its_arguments_results_errors_scope_and_transports(name: str) -> None:
    operation = OPERATIONS[name]
    section = PAGE.partition(f"### {name}\n")[2].partition("\n### ")[0]
    assert f"Scope `{operation.scope}` · {', '.join(sorted(operation.transports - {'local'}))}" in section
    arguments, _, results = section.partition("Result:\n")
    assert all(f"| `{field}` |" in arguments for field in operation.params.model_fields)
    assert all(f"| `{field}` |" in results for field in operation.result.model_fields)
    assert all(f"`{code}`" in results for code in operation.refuses)


def test_every_shape_that_is_named_is_shown() -> None:
    named = set(re.findall(r"\| (?:list of )?`([A-Z]\w+)`", PAGE))
    assert len(named) > 10
    assert named <= set(re.findall(r"^### (\w+)$", PAGE, re.MULTILINE))


def test_every_code_that_is_declared_is_one() -> None:
    assert all(operation.refusals <= set(get_args(Code)) for operation in OPERATIONS.values())


async def test_control_a_code_that_is_not_declared_is_noticed() -> None:
    """What `tests/conftest.py` does to all of them."""

    async def refused(_call: Call, _params: Any) -> Refusal:
        return Refusal(code="DIGEST_MISMATCH", message="It was another one.")

    noted: list[str] = []
    for declared in ((), ("DIGEST_MISMATCH",)):
        operation = watched(replace(OPERATIONS["whoami"], refuses=declared, handler=refused), noted)
        assert isinstance(await operation.handler(cast("Call", None), Nothing()), Refusal)
        assert noted == ["whoami does not declare DIGEST_MISMATCH"]
