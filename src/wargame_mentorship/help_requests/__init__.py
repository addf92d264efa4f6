"""Help requests: a photo, a question, a good answer soon.

Nouns: help request (asked by the requester), response, solution (the accepted response),
assigned helper. States and moves: `transitions.py`. Every write: `services.py`.
Neighbours below: taxonomy, photos, search, reputation (votes), events.
"""
