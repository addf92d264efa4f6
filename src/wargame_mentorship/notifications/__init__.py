"""Word at the right time: who is told of which event, once, and only what they may see.

Nouns: delivery (one per recipient and event), notification (the in-site row of
django-notifications-community that people see).
"""
