"""Bytes in, operation out. Thin, and strangers to each other; what they share stands beside them here."""
