"""Content that was written elsewhere, brought in with its history and its authors' names.

Nouns: source (a site, by its host name), archive (the site on disk), opening and reply (what a
source has, whatever it calls them), item (one post of a source and what became of it here), author
(who wrote it there). Authors are placeholders: no account is made for them, and a real account
takes their content over when a moderator says so (`claims.py`).

A reader, such as `stackexchange.py`, yields posts of an archive, `texts.py` turns them into ours,
`services.py` writes them into one of the `rooms`, `attribution.py` tells the doors whom to name.
"""
