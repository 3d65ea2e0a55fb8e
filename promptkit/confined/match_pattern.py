"""Tell whether patterns match texts, in a process that `confine.py` has prepared and that is ended when it takes long.

Reads a JSON object a line, with `pattern` and `text`, and writes one for each. The first line that it writes, an empty
object, shows that it is ready.
"""

from __future__ import annotations

import json
import re
import sys


def main() -> None:
    """Answer until the input ends."""
    sys.stdout.write("{}\n")
    sys.stdout.flush()
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            answer: dict[str, object] = {"matches": re.search(asked["pattern"], asked["text"]) is not None}
        except (re.error, ValueError, OverflowError, RecursionError, MemoryError) as error:
            answer = {"refused": str(error) or type(error).__name__}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
