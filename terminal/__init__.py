"""What people touch: command line, screens, wording and sounds."""
