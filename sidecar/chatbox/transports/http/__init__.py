"""HTTP on loopback: one route an operation, an event stream, and the web page."""
