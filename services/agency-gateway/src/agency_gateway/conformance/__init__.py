"""Whether a foreign program is fit to be an agency's: the hub is played, the checks are real.

`python -m agency_gateway.conformance --help` lists what it does.
"""
