"""One `Workspace` object each and no module-level state: what a module holds is constant, but for registries."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.architecture.places import SIDECAR, modules, short

REGISTRIES = {"operations/registry.py": {"OPERATIONS"}}
"""What is filled while modules are imported and never afterwards."""

CONSTANT = re.compile(r"_?[A-Z][A-Z0-9_]*$")
MUTABLE = (ast.Dict, ast.List, ast.Set, ast.DictComp, ast.ListComp, ast.SetComp)
MAKES_MUTABLE = {"dict", "list", "set", "bytearray", "deque", "defaultdict", "Counter", "OrderedDict"}
MAKES_STATE = {"Event", "Lock", "Queue", "Condition", "Semaphore", "Future", "ContextVar", "local", "count", "cycle"}
CHANGES = {
    "add",
    "append",
    "appendleft",
    "clear",
    "discard",
    "extend",
    "insert",
    "pop",
    "popitem",
    "popleft",
    "remove",
    "setdefault",
    "sort",
    "update",
}


def assigned(tree: ast.Module) -> Iterator[tuple[str, ast.expr, int]]:
    """Every name that is given a value at module level."""
    for node in tree.body:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    yield target.id, node.value, node.lineno
        elif isinstance(node, ast.AnnAssign) and node.value is not None and isinstance(node.target, ast.Name):
            yield node.target.id, node.value, node.lineno


def called(value: ast.expr) -> str:
    """The name of what is called, when the value is a call."""
    if not isinstance(value, ast.Call):
        return ""
    function = value.func.value if isinstance(value.func, ast.Subscript) else value.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def changed(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Every name in capitals whose contents are changed somewhere."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CHANGES:
            target: ast.expr = node.func.value
        elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del):
            target = node.value
        else:
            continue
        if isinstance(target, ast.Name) and CONSTANT.match(target.id):
            yield target.id, node.lineno


def findings(source: str, allowed: frozenset[str] = frozenset()) -> list[str]:
    """What is wrong with a module."""
    tree = ast.parse(source)
    found = []
    for name, value, line in assigned(tree):
        holds = isinstance(value, MUTABLE) or called(value) in MAKES_MUTABLE
        if holds and not CONSTANT.match(name) and name != "__all__":
            found.append(f"line {line}: {name} is mutable and not named as a constant")
        if called(value) in MAKES_STATE:
            found.append(f"line {line}: {name} is state")
    found += [f"line {n.lineno}: global {', '.join(n.names)}" for n in ast.walk(tree) if isinstance(n, ast.Global)]
    found += [f"line {line}: {name} is changed" for name, line in changed(tree) if name not in allowed]
    return found


def test_no_module_of_the_sidecar_holds_state() -> None:
    found = []
    for path in modules():
        allowed = REGISTRIES.get(path.relative_to(SIDECAR).as_posix(), set())
        wrong = findings(path.read_text(encoding="utf-8"), frozenset(allowed))
        found += [f"{short(path)}, {what}" for what in wrong]
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        "cache = {}",
        "seen: set[int] = set()",
        "names = [n for n in ()]",
        "from collections import deque\nrecent: deque[int] = deque()",
        "import asyncio\nLOCK = asyncio.Lock()",
        "CACHE = {}\ndef f():\n    CACHE['a'] = 1",
        "CACHE = []\ndef f():\n    CACHE.append(1)",
        "CACHE = {}\ndef f():\n    del CACHE['a']",
        "n = 0\ndef f():\n    global n\n    n += 1",
    ],
)
def test_state_in_a_module_is_found(source: str) -> None:
    """The control of the test above."""
    assert findings(source)


@pytest.mark.parametrize(
    "source", ["LIMITS = {'a': 1}", "_WORDS = frozenset(('a',))", "def f():\n    found = []\n    found.append(1)"]
)
def test_constants_and_local_values_are_no_state(source: str) -> None:
    assert findings(source) == []


def test_the_registries_that_are_allowed_are_still_there() -> None:
    for module, names in REGISTRIES.items():
        tree = ast.parse((SIDECAR / module).read_text(encoding="utf-8"))
        assert names <= {name for name, _, _ in assigned(tree)}
