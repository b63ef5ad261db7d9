"""The audit trail: who saw, looked for or changed what is kept of a person, in lines that stay.

One line for each read, search, act and refusal, written before the answer leaves, into a store
that can only be added to. Each line has the hash of the one before (`line.py`), so that one that
was changed, taken out or moved is found by `python -m mash_shared.audit verify`.
"""
