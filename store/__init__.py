"""The ledger: one SQLite file, an append-only log of events and the projections drawn from it."""
