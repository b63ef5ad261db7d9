"""The hub on one machine: engines, services and sandbox agencies as separate processes."""
