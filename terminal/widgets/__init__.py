"""The parts that screens are made of: each paints frozen values and knows nothing of the ledger."""
