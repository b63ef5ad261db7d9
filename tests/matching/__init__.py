"""How well the hub finds the same person: measured on public data and on hard pairs."""
