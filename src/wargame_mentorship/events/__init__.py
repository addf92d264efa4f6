"""The event log: what happened, written with the change itself, told after the commit.

Nouns: event, verb, actor, subject, handler. It feeds notifications, reputation, the host's
activity feed, histories, audit trails and metrics, and knows none of them: `apps.ready()` fills
`handlers` from `receivers.py`. Hosts listen to `signals.event_dispatched`.
"""
