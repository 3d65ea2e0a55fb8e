"""How the site of the documentation is made: hooks of MkDocs, each of them a file (`mkdocs.yml`)."""
