"""Find and compare mathematical expressions by math-verify, in a process that `confine.py` has prepared.

Reads a JSON object a line: `find` (a reply), or `target` and `reply`. Writes one for each. The first line that it
writes, an empty object, shows that it is ready.
"""

from __future__ import annotations

import json
import logging
import sys
from typing import Any


def main() -> None:
    """Answer until the input ends."""
    import math_verify

    logging.disable(logging.CRITICAL)

    def parsed(text: str) -> list[Any]:
        return list(math_verify.parse(text, parsing_timeout=None))

    out = sys.stdout
    out.write("{}\n")
    out.flush()
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            if "find" in asked:
                found = parsed(asked["find"])
                answer: dict[str, Any] = {
                    "found": str(found[-1]) if found else None,
                    "value": str(found[0] if found else ""),
                }
            elif "check" in asked:
                answer = {"known": any(not isinstance(one, str) for one in parsed(asked["check"]))}
            else:
                gold = parsed(asked["target"])
                answer = {"same": bool(math_verify.verify(gold, parsed(asked["reply"]), timeout_seconds=None))}
        except (Exception, MemoryError) as error:  # noqa: BLE001 - whatever it is, the other side is told
            answer = {"error": f"{type(error).__name__}: {error}"[:200]}
        out.write(json.dumps(answer) + "\n")
        out.flush()


if __name__ == "__main__":
    main()
