"""A GGUF file, run in this process by llama.cpp."""

from __future__ import annotations

import functools
import hashlib
import json
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from promptkit.backends._gguf_header import read_header
from promptkit.backends._llama_engine import Engine, Engines, Refused, Settings
from promptkit.backends._plain_text import PlainText
from promptkit.errors import BackendError, InvalidRequest, Unavailable, UsageError
from promptkit.types import Completion, FinishReason, Prompt, Usage
