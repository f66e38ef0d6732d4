"""The composition root: the only place that names concrete adapters, reads the clock and handles signals."""
