"""What tests of the whole hub share: people over HTTP, a view from outside, the invariants."""
