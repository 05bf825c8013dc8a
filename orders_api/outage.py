"""A database that cannot be reached or stays locked: a surprise, but one that passes.

Clients back off and try again on 503, so the application answers that instead of 500.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from orders_api.envelope import Refusal

UNAVAILABLE: Final = Refusal(
    503, "SERVICE_UNAVAILABLE", "The database cannot be reached; nothing was changed, try again"
)
RETRY_AFTER_SECONDS: Final = 2


class Outage(Exception):
    """The database did not answer."""


@contextmanager
def told_apart(engine: Engine) -> Iterator[None]:
    """Turns the driver's and SQLAlchemy's word for an outage into ours."""
    driver_error = getattr(engine.dialect.dbapi, "OperationalError", OperationalError)
    try:
        yield
    except (OperationalError, driver_error) as error:
        raise Outage(str(error).partition("\n")[0]) from error
