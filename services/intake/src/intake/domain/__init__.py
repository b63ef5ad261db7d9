"""The rules of the front door; `contact.py` first, the others by what they are about."""
