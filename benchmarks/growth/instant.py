"""A model that answers at once, and tells which process it is in and how much CPU that has used."""

from __future__ import annotations

import os
import re
import time

from promptkit import FunctionModel, Prompt

TOLD = re.compile(r"process (\d+) after (\d+\.\d+) s")


def tell(prompt: Prompt) -> str:
    """The right answer to `question`, and what the process has used."""
    number = int(prompt.question.split()[2])
    return f"I am process {os.getpid()} after {time.process_time():.4f} s. The answer is {number + 4}."


def question(number: int) -> str:
    """A question of an ordinary length, each another one."""
    return f"Anna has {number} pens and buys 4 more, and Tom looks on. How many pens does Anna have now?"


model = FunctionModel(tell, name="instant")
