"""What the adapters of hosted APIs are made of."""
