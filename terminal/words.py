"""What a verdict is in one large word, and in one symbol beside every colour."""

from __future__ import annotations

from collections.abc import Mapping

from verification.verdicts import Verdict

WORD: Mapping[Verdict, str] = {
    Verdict.ACCEPTED: "GOOD",
    Verdict.LINE_VERIFIED: "LINE DONE",
    Verdict.ORDER_VERIFIED: "ORDER DONE",
    Verdict.RECOUNTED: "COUNTED",
    Verdict.ORDER_OPENED: "ORDER OPEN",
    Verdict.SIGNED_IN: "HELLO",
    Verdict.COMMAND: "OK",
    Verdict.UNREADABLE: "SCAN AGAIN",
    Verdict.UNKNOWN_CODE: "UNKNOWN",
    Verdict.AMBIGUOUS_CODE: "UNCLEAR",
    Verdict.NOT_ON_ORDER: "WRONG ITEM",
    Verdict.LINE_ALREADY_VERIFIED: "TOO MANY",
    Verdict.EXCEEDS_REMAINING: "TOO MANY",
    Verdict.DUPLICATE_READ: "TWICE",
    Verdict.DUPLICATE_SERIAL: "SERIAL USED",
    Verdict.EXPIRED: "EXPIRED",
    Verdict.ORDER_LOCKED: "LOCKED",
    Verdict.NO_ORDER_OPEN: "NO ORDER",
    Verdict.NOT_SIGNED_IN: "SIGN IN",
    Verdict.ALARM_PENDING: "ALARM ON",
    Verdict.NOT_RECORDED: "NOT SAVED",
}
"""The large word of each verdict."""

SYMBOL: Mapping[Verdict, str] = {
    **dict.fromkeys(Verdict, "×"),
    Verdict.ACCEPTED: "✓",
    Verdict.LINE_VERIFIED: "✓",
    Verdict.ORDER_VERIFIED: "★",
    Verdict.RECOUNTED: "▸",
    Verdict.ORDER_OPENED: "▸",
    Verdict.SIGNED_IN: "▸",
    Verdict.COMMAND: "▸",
    Verdict.UNREADABLE: "?",
    Verdict.UNKNOWN_CODE: "?",
    Verdict.AMBIGUOUS_CODE: "?",
    Verdict.DUPLICATE_READ: "=",
}
"""One character for each verdict, beside its colour."""
