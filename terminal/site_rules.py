"""What `scanners.toml` says of reads, as the rules take it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from store.ledger import Ledger
from store.moment import STANDARD_INPUT
from terminal.config import Config, WrongItem
from terminal.procedure import Procedure
from terminal.scanners.decoding import decode
from verification.codes import Code
from verification.policy import Policy


def procedure(config: Config, ledger: Ledger, *, keyless: bool = False) -> Procedure:
    """What each read goes through; `keyless` says that there is no screen."""
    return Procedure(ledger, policy(config), *scanning(config), keyless=keyless)


def policy(config: Config) -> Policy:
    """The site's rules, as far as they change what a read does."""
    return Policy(
        sign_in=config.policy.sign_in,
        alarm_on_wrong_item=config.policy.wrong_item is WrongItem.ALARM,
        teach=config.policy.teach,
        quantity_entry=config.policy.quantity_entry,
        expired=config.policy.expired,
        blind_recheck_percent=config.policy.blind_recheck_percent,
    )


def scanning(config: Config) -> tuple[dict[str, float], dict[str, Callable[[bytes], Code]]]:
    """Each scanner's duplicate window in seconds, and how its frames are understood."""
    windows = {scanner.id: scanner.duplicate_ms / 1000 for scanner in config.scanners}
    decoders: dict[str, Callable[[bytes], Code]] = {
        scanner.id: partial(decode, aim_id=scanner.aim_id, repair=scanner.repair)
        for scanner in config.scanners
    }
    if config.wedge is not None:
        decoders[STANDARD_INPUT] = decoders[config.wedge.id]
    return {**windows, STANDARD_INPUT: 0.0}, decoders
