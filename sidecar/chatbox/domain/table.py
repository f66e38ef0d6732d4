"""A table of values that can be drafted: written over without touching what is underneath."""

from collections.abc import Iterator
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Table(Generic[K, V]):
    """A dict with drafts. A draft costs what it changes, never what the table holds."""

    __slots__ = ("_base", "_gone", "_own")

    def __init__(self, base: "Table[K, V] | None" = None) -> None:
        """An empty table, or a draft over `base`."""
        self._base = base
        self._own: dict[K, V] = {}
        self._gone: set[K] = set()

    def get(self, key: K) -> V | None:
        """The value at `key`, or `None`."""
        found = self._own.get(key)
        if found is not None or self._base is None or key in self._gone:
            return found
        return self._base.get(key)

    def __getitem__(self, key: K) -> V:
        """The value at `key`; its absence is a bug, so it raises `KeyError`."""
        found = self.get(key)
        if found is None:
            raise KeyError(key)
        return found

    def __setitem__(self, key: K, value: V) -> None:
        """Put `value` at `key` in this draft."""
        self._own[key] = value
        self._gone.discard(key)

    def __delitem__(self, key: K) -> None:
        """Take `key` out in this draft; an absent key is no error."""
        self._own.pop(key, None)
        if self._base is not None:
            self._gone.add(key)

    def __contains__(self, key: K) -> bool:
        """Whether there is a value at `key`."""
        return self.get(key) is not None

    def __len__(self) -> int:
        """How many keys there are."""
        if self._base is None:
            return len(self._own)
        return sum(1 for _ in self)

    def __iter__(self) -> Iterator[K]:
        """Every key once, those of the base first."""
        if self._base is not None:
            for key in self._base:
                if key not in self._gone and key not in self._own:
                    yield key
        yield from list(self._own)

    def values(self) -> Iterator[V]:
        """Every value once."""
        if self._base is not None:
            for key, value in self._base.items():
                if key not in self._gone and key not in self._own:
                    yield value
        yield from list(self._own.values())

    def items(self) -> Iterator[tuple[K, V]]:
        """Every pair once."""
        if self._base is not None:
            for pair in self._base.items():
                if pair[0] not in self._gone and pair[0] not in self._own:
                    yield pair
        yield from list(self._own.items())

    def adopt(self) -> None:
        """Write this draft into its base and be empty again."""
        assert self._base is not None, "only a draft can be adopted"
        for key in self._gone:
            del self._base[key]
        for key, value in self._own.items():
            self._base[key] = value
        self._own, self._gone = {}, set()
