"""Kinds of derivation: how a published figure is recomputed, with arguments that are data in `derivations.yaml`."""
