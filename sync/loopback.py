"""Which hosts are this computer: the only ones that plain http may reach, since nobody listens in there."""

from __future__ import annotations


def is_loopback(host: str) -> bool:
    """Whether `host` is this computer: `localhost`, 127.0.0.0/8 or ::1."""
    from ipaddress import ip_address

    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
