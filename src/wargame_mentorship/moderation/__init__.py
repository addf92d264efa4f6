"""Moderation: the screening of what people submit, and the way out for what it holds.

Nouns: held, hidden, reason. Which content that is, the product rooms say in `core.registry`.
"""
