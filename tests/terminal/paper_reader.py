"""Reads printed sheets as a scanner does: drawn by one program, decoded by another, neither of them ours."""

from __future__ import annotations

import io
import re

import resvg_py
import zxingcpp
from PIL import Image

DOTS_PER_INCH = 300
LABEL = 34 / 25.4 * DOTS_PER_INCH
"""Dots from one label to the next; both codes of a label have their middle at one height."""


def drawn(svg: str) -> Image.Image:
    """An SVG document as a printer of 300 dpi would print it."""
    png = resvg_py.svg_to_bytes(svg_string=svg, dpi=DOTS_PER_INCH, background="white", skip_system_fonts=True)
    return Image.open(io.BytesIO(bytes(png))).convert("L")


def symbols(html: str) -> list[str]:
    """Every drawing of a page of HTML."""
    return re.findall(r"<svg .*?</svg>", html, re.DOTALL)


def read(image: Image.Image) -> list[tuple[str, str]]:
    """Every code on the picture, as its kind and its text, from the top down and left to right."""
    kinds = [zxingcpp.BarcodeFormat.Code128, zxingcpp.BarcodeFormat.QRCode]
    found = zxingcpp.read_barcodes(image, formats=kinds, text_mode=zxingcpp.TextMode.Plain)
    return [(str(code.format), code.text) for code in sorted(found, key=_place)]


def _place(code: zxingcpp.Barcode) -> tuple[int, int]:
    """The label that a code is on, and how far to the right it begins."""
    corners = code.position
    middle = (corners.top_left.y + corners.bottom_right.y) / 2
    return int(middle / LABEL), corners.top_left.x
