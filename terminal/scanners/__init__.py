"""Devices that deliver reads: sources, framing and decoding."""
