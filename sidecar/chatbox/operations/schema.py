"""The protocol as one JSON Schema on stdout, from which the TypeScript types are generated."""

import sys
from typing import Any

import orjson
from pydantic import BaseModel, create_model
from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from chatbox.domain.refusal import Refusal
from chatbox.domain.shown import Event, Events
from chatbox.operations.catalogue import OPERATIONS


class Untitled(GenerateJsonSchema):
    """Field titles would become hundreds of alias types in TypeScript."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - pydantic's own signature
        """Never."""
        return False


def protocol() -> dict[str, Any]:
    """One root object with a property an operation, `{params, result}`, and the shapes of notices."""
    shown = [op for op in OPERATIONS.values() if op.transports != frozenset(("local",))]
    pairs: dict[str, Any] = {op.name: (_pair(op.name, op.params, op.result, op.summary), ...) for op in shown}
    operations = create_model("Operations", __doc__="Every operation with its params and its result.", **pairs)
    models: list[tuple[type[BaseModel], Any]] = [(operations, "serialization")]
    models += [(op.params, "validation") for op in shown]
    models += [(Event, "serialization"), (Events, "serialization"), (Refusal, "serialization")]
    _, schema = models_json_schema(models, title="Protocol", schema_generator=Untitled)
    return schema


def _pair(name: str, params: type[BaseModel], result: type[BaseModel], summary: str) -> Any:
    title = "".join(part.capitalize() for part in name.split("_")) + "Operation"
    return create_model(title, __doc__=summary, params=(params, ...), result=(result, ...))


def main() -> None:
    """Print the schema."""
    sys.stdout.buffer.write(orjson.dumps(protocol(), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS))
    sys.stdout.buffer.write(b"\n")


if __name__ == "__main__":
    main()
