"""People's photos, apart from the editors' image library.

Nouns: photo, rendition, stage (wip, before, after, reference, portfolio), size (thumbnail,
reading, full). A photo is its owner's until it is attached to content; then it is seen by whoever
sees that content, and goes when that content lets go of it.

`cleaning` makes safe bytes of what was sent, `files` keeps them in step with the database,
`services` is every write, `serving` decides who sees a picture and how its bytes travel.
"""
