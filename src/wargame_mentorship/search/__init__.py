"""Full-text search: one document per searchable thing, written with the thing itself.

Nouns: document, backend. `find` and `similar` start from a `visible_to` queryset and return one.
"""
