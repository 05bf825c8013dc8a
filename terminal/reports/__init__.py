"""Reports: what they say, and how they are shown as a table, as CSV, as JSON and as a page to print."""
