"""Telling agents' programs about ChatBox: where their configuration lies, what belongs there, what is wrong."""
