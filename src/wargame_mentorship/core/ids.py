"""Keys in the order of time (UUIDv7, RFC 9562), so that inserts touch the end of the index.

Never rely on that order for anything people see: sort by `created_at, id`.
"""

from __future__ import annotations

import sys
import uuid

if sys.version_info >= (3, 14):

    def new_id() -> uuid.UUID:
        return uuid.uuid7()

else:
    import uuid_utils.compat

    def new_id() -> uuid.UUID:
        return uuid_utils.compat.uuid7()
