"""Sample orders and codes, for practice and for showing the station."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

CODES: tuple[tuple[str, str, int], ...] = (
    ("4006381333931", "PEN-BLUE", 1),
    ("14006381333938", "PEN-BLUE", 10),
    ("5901234123457", "TAPE-50MM", 1),
    ("036000291452", "GLOVES-L", 1),
    ("9501101530003", "LAMP-LED", 1),
)
"""Barcode, SKU, units: EAN-13, UPC-A, and one case code of ten."""

_ORDERS: tuple[tuple[str, str, float, tuple[tuple[str, int, str], ...]], ...] = (
    ("ORD-1001", "Acme Corporation", 2, (("PEN-BLUE", 3, ""), ("TAPE-50MM", 1, ""))),
    ("ORD-1002", "Borealis Clinics", 4, (("GLOVES-L", 2, "Sealed boxes only"), ("PEN-BLUE", 12, ""))),
    ("ORD-1003", "Corner Bookshop", 6, (("TAPE-50MM", 4, ""), ("GLOVES-L", 1, ""), ("PEN-BLUE", 2, ""))),
    ("ORD-1004", "Delta Lighting", 26, (("LAMP-LED", 2, "Fragile"),)),
    ("ORD-1005", "Evergreen Schools", 30, (("PEN-BLUE", 40, ""), ("TAPE-50MM", 6, ""), ("LAMP-LED", 1, ""))),
    ("ORD-1006", "Fjord Outfitters", 50, (("GLOVES-L", 10, ""), ("RUG-5X7-BLU", 1, "Two people"))),
)
"""Order number, customer, hours until due, and lines of SKU, quantity and note."""


def sample_products() -> list[dict[str, Any]]:
    """Every product of the orders, with its barcode as a site keeps it."""
    skus = dict.fromkeys(sku for _, _, _, lines in _ORDERS for sku, _, _ in lines)
    barcodes = {sku: code for code, sku, units in CODES if units == 1}
    return [
        {"sku": sku, "quantity": 100, "custom_fields": {"barcode": barcodes[sku]} if sku in barcodes else {}}
        for sku in skus
    ]


def sample_orders(now: datetime) -> list[dict[str, Any]]:
    """Create bodies of the Orders API, due in the hours after `now`."""
    hour = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    return [
        {
            "order_number": number,
            "customer_name": customer,
            "due_date": (hour + timedelta(hours=hours)).isoformat().replace("+00:00", "Z"),
            "items": [{"sku_code": sku, "quantity": units, "notes": note} for sku, units, note in lines],
        }
        for number, customer, hours, lines in _ORDERS
    ]
