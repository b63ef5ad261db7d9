"""What the database holds of people's words, closed under keys that lie elsewhere (security S7).

`form` says what of a document is sealed, `keys` who wraps the keys, `ring` where they are kept,
`collection` is the database as the store sees it.
"""
