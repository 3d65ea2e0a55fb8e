"""`python -m promptkit`, where the command is not on the path."""

from promptkit.cli.app import main

main()
