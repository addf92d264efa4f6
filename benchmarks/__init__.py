"""How fast the product is, measured from outside: `make bench`.

Nouns: room (what is measured; its data, cases, floors and goals are a package of their own),
database (of generated content, in one of the room's scales), case (a request, and how often),
floor (a bare view that answers the same from one hand-written query), round (every case once, each
beside its floor). A server of the example site runs in a process of its own; what is asked of it
goes over HTTP.
"""
