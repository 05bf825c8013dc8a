"""Verification rules: pure functions over frozen values, with no clock and no input or output."""
