"""Recognition: helpful votes (points, expertise and badges come with their own issue).

Nouns: vote, voter. A vote is on content of a registered kind; the room that owns the content
counts it, in the same transaction.
"""
