"""A news file small enough to train on in seconds, whose category is one word of the headline."""

import json
import random
from pathlib import Path

import pytest

TOPICS = {
    "SPORT": ("goal", "match", "coach"),
    "FOOD": ("soup", "bread", "cook"),
    "SPACE": ("orbit", "comet", "rocket"),
}
FILLERS = ("today", "we", "saw", "another", "great", "story", "about", "something", "new", "here")


@pytest.fixture
def small_news(tmp_path: Path) -> Path:
    """300 articles in three categories."""
    draw = random.Random(0)
    path = tmp_path / "small news.json"
    with path.open("w") as stream:
        for number in range(300):
            category = draw.choice(list(TOPICS))
            words = [*draw.choices(FILLERS, k=4), draw.choice(TOPICS[category])]
            draw.shuffle(words)
            article = {
                "category": category,
                "headline": f"{' '.join(words)} {number}",
                "short_description": "",
            }
            stream.write(json.dumps(article) + "\n")
    return path
