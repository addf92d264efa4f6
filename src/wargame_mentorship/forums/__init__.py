"""Q&A forums: a category, a topic in it, the posts below.

Nouns: forum category, topic (its opening post is the topic's `description`), post, solution (the
accepted post), version (what a text said before an edit), draft (what is still being written). A
topic is pinned or not, locked or not, moved by its category's moderators. Every write: `services`.
Neighbours below: moderation (held content), photos, search, reputation (votes), events.
"""
