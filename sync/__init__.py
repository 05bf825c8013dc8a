"""Reconciliation of the ledger with the Orders API."""
