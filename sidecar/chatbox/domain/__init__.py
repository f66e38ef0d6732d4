"""The rules: values and pure functions. No clock, no I/O, no randomness, no asyncio."""
