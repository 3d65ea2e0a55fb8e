# The recipe of the bundled model: from nothing to a GGUF file, in one seeded command. Not part of the wheel.
