"""Content that was written elsewhere, brought in with its history and its authors' names.

Nouns: source (a site, by its host name), item (one post of a source and what became of it here),
author (who wrote it there). Authors are placeholders: no account is made for them, and a real
account takes their content over when a moderator says so (`claims.py`).

`stackexchange.py` reads a dump, `texts.py` turns its posts into ours, `services.py` writes them,
`attribution.py` tells the doors whom to name.
"""
