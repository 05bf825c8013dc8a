"""Sheets of barcodes to print: each label has Code 128 and QR side by side, and words for people."""
