"""Models to ask: one provider a file, the parts of hosted and local ones in folders."""
