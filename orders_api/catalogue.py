"""Sample products with believable barcodes, for demo and training.

Their GTINs lie under the GS1 prefix 952, which is set aside for demonstrations and examples.
"""

from __future__ import annotations

from random import Random
from typing import Any, Final

from orders_api.products import Product

COMPANY_PREFIX: Final = "9521234"

_RUGS: Final = [
    (f"RUG-{size}-{code}", f"{name} rug {size.lower()} ft", cost)
    for size, cost in (("5X7", "89.00"), ("8X10", "189.00"), ("9X12", "249.50"))
    for code, name in (("BLU", "Blue"), ("RED", "Red"), ("GRY", "Grey"), ("IVY", "Ivory"))
]
_GOODS: Final = [
    ("PAD-5X7-FELT", "Felt pad 5x7 ft", "18.40"),
    ("PAD-8X10-FELT", "Felt pad 8x10 ft", "31.90"),
    ("LMP-DSK-BRS", "Desk lamp, brass", "42.75"),
    ("LMP-FLR-BLK", "Floor lamp, black", "79.00"),
    ("BLB-E27-9W", "LED bulb E27 9 W", "2.15"),
    ("BLB-E14-5W", "LED bulb E14 5 W", "1.85"),
    ("CUS-45-LIN", "Cushion 45 cm, linen", "14.20"),
    ("CUS-60-WOL", "Cushion 60 cm, wool", "22.60"),
    ("THR-WOL-GRY", "Wool throw, grey", "35.00"),
    ("VAS-CER-WHT", "Ceramic vase, white", "16.90"),
    ("FRM-A4-OAK", "Picture frame A4, oak", "9.80"),
    ("FRM-A3-OAK", "Picture frame A3, oak", "13.40"),
    ("HNG-BRS-02", "Picture hanger, brass, pair", "1.10"),
    ("TBL-SID-OAK", "Side table, oak", "118.00"),
    ("STL-BAR-75", "Bar stool 75 cm", "64.30"),
    ("BSK-RTN-L", "Rattan basket, large", "27.50"),
    ("CND-SOY-VAN", "Soy candle, vanilla", "6.45"),
    ("CLK-WAL-30", "Wall clock 30 cm", "24.95"),
]
_CASE_SIZES: Final = {"BLB": 24, "HNG": 50, "CND": 12, "FRM": 10, "CUS": 6}
"""Units per case, by the kind of goods that comes in cases."""


def check_digit(digits: str) -> str:
    """The GS1 check digit: weights 3 and 1 from the right (GS1 General Specifications, 7.9)."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def sample_products(random: Random) -> tuple[Product, ...]:
    """The catalogue; stock and places follow the given random numbers."""
    return tuple(
        _product(number, sku, name, cost, random)
        for number, (sku, name, cost) in enumerate([*_RUGS, *_GOODS], 1)
    )


def _product(number: int, sku: str, name: str, cost: str, random: Random) -> Product:
    body = f"{COMPANY_PREFIX}{number:05}"
    barcode = body + check_digit(body)
    fields: dict[str, Any] = {"name": name, "barcode": barcode, "gtin": f"0{barcode}"}
    units = _CASE_SIZES.get(sku.split("-", maxsplit=1)[0])
    if units:
        case = f"1{body}"
        fields |= {"case_gtin": case + check_digit(case), "units_per_case": units}
    places = random.sample(
        [f"{row}-{bay:02}-{level}" for row in "ABCD" for bay in range(1, 13) for level in (1, 2, 3)],
        random.randint(1, 3),
    )
    locations = {place: random.randint(5, 120) for place in sorted(places)}
    return Product(sku, sum(locations.values()), True, cost, fields, locations)
