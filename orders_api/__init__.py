"""A reference server of the Orders API, written from its contract alone."""
