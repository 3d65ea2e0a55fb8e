"""How a reply is made up: its sentences and sections, what it announces, what stands beside its answer."""
