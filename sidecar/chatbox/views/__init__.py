"""Read models made from entries, in a SQLite file that can be deleted at any time."""
