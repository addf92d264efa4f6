"""Categories of the hobby, two levels deep, shared by every product room.

Nouns: category, subcategory. Editors change them in the Wagtail admin; a moderator is whoever
holds the grant `moderate_category` on one (`Viewer.moderated_ids`).
"""
