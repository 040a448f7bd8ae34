"""The documents that show a false promise (承诺不实的证据): looked at before they are kept, sealed under the party's key."""

from __future__ import annotations

from xinheng.casework.repairs.files import Folder

EVIDENCE = Folder("casework_promiseevidence", "promise-evidence", "promise-evidence")
