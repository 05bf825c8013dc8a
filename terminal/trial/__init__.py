"""Trying scanners out: what they send, what it is taken for and what it would do, with nothing written."""
