"""Everything that the hub holds about one person, gathered into one file."""
