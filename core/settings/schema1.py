"""Schema 1: the names that settings had in version 0.1.0.

Runs, classifiers and visitors' files of that version stay readable, and the command line accepts the old names.
"""

from typing import Any

RENAMED = {
    "unit": "tokenization",
    "readers": "ensemble_size",
    "pair_rows": "bigram_buckets",
    "pair_dropout": "bag_of_words_dropout",
    "alone_share": "auxiliary_loss_weight",
    "beyond": "continue_after",
}


def with_current_names(record: dict[str, Any]) -> dict[str, Any]:
    """The record with each setting under its current name."""
    return {current_name(name): value for name, value in record.items()}


def current_name(name: str) -> str:
    """The setting's current name."""
    return RENAMED.get(name, name)
