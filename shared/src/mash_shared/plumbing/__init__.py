"""How messages, clocks and acts move: the batch unit of work, its doors, outbox, relay, parking.

Nothing here knows anything of safeguarding; `docs/decisions/` says why each part is as it is.
"""
