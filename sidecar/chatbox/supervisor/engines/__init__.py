"""Engines run one turn each, one file an engine. To add one: implement `ports.Engine`, name it in `declared.py`."""
