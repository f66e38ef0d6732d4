"""Running agents: a wake is taken, one turn runs, its outcome is recorded. One turn a real message, never a timer."""
