"""Which examples are shown."""
