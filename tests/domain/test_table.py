"""A draft of a table is to its users what a copy of a dict would be."""

from chatbox.domain.table import Table
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

keys = st.integers(0, 6)
contents = st.integers(0, 100)


class Drafting(RuleBasedStateMachine):
    """A pile of drafts beside a pile of dicts; the topmost is worked on, then adopted or dropped."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[Table[int, int]] = [Table()]
        self.models: list[dict[int, int]] = [{}]

    @initialize(start=st.dictionaries(keys, contents))
    def fill(self, start: dict[int, int]) -> None:
        for key, value in start.items():
            self.put(key, value)

    @rule(key=keys, value=contents)
    def put(self, key: int, value: int) -> None:
        self.tables[-1][key] = value
        self.models[-1][key] = value

    @rule(key=keys)
    def take_out(self, key: int) -> None:
        del self.tables[-1][key]
        self.models[-1].pop(key, None)

    @precondition(lambda self: len(self.tables) < 4)
    @rule()
    def draft(self) -> None:
        self.tables.append(Table(self.tables[-1]))
        self.models.append(dict(self.models[-1]))

    @precondition(lambda self: len(self.tables) > 1)
    @rule()
    def adopt(self) -> None:
        self.tables.pop().adopt()
        adopted = self.models.pop()
        self.models[-1] = adopted

    @precondition(lambda self: len(self.tables) > 1)
    @rule()
    def drop(self) -> None:
        self.tables.pop()
        self.models.pop()

    @rule(key=keys)
    def look_up(self, key: int) -> None:
        table, model = self.tables[-1], self.models[-1]
        assert table.get(key) == model.get(key)
        assert (key in table) == (key in model)
        try:
            found: int | None = table[key]
        except KeyError:
            found = None
        assert found == model.get(key)

    @invariant()
    def every_table_equals_its_dict(self) -> None:
        for table, model in zip(self.tables, self.models, strict=True):
            assert dict(table.items()) == model
            assert sorted(table) == sorted(model)
            assert sorted(table.values()) == sorted(model.values())
            assert len(table) == len(model)


class AdoptionThatForgetsDeletions(Drafting):
    """The control: a draft whose deletions are lost must be told apart from a dict."""

    @precondition(lambda self: len(self.tables) > 1)
    @rule()
    def adopt(self) -> None:
        self.tables[-1]._gone.clear()  # noqa: SLF001 - the damage
        super().adopt()


TestDrafting = Drafting.TestCase


def test_a_table_that_loses_deletions_is_found_out() -> None:
    try:
        run_state_machine_as_test(
            AdoptionThatForgetsDeletions, settings=settings(phases=[Phase.generate], max_examples=200)
        )
    except AssertionError:
        return
    raise AssertionError("the comparison with a dict notices nothing")
