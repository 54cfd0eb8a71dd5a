"""The reader of schema 1: names that settings had in version 0.1.0.

Runs, classifiers and visitors' files of that version are read for ever, and the command line takes the old names.
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
    """The record with the names of today."""
    return {current_name(name): value for name, value in record.items()}


def current_name(name: str) -> str:
    """The name that the setting has today."""
    return RENAMED.get(name, name)
