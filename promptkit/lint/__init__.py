"""Mistakes in templates, found before anything is rendered or sent; docs/lint.md has the rules."""

from promptkit.lint.checks import RULES as RULES
from promptkit.lint.checks import lint as lint
from promptkit.lint.finding import Finding as Finding
from promptkit.lint.rule import Rule as Rule
