"""How fast the product is, measured from outside: `make bench`.

Nouns: database (of generated content), case (a request, and how often), floor (a bare view that
answers the same from one hand-written query), round (every case once, each beside its floor).
A server of the example site runs in a process of its own; what is asked of it goes over HTTP.
"""
