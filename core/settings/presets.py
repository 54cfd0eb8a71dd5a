"""The presets: hyperparameters whose accuracy was measured (docs/accuracy.md)."""

from core.settings.network import NetworkSettings, RecurrentLayer
from core.settings.run import RunSettings
from core.settings.training import TrainingSettings
from core.text.cleaning import CleaningSettings

# The article's network with its slips mended: cleaned text, early stopping on the validation loss, sequences of 130
# words. The article prints a limit of 100,000 words, but its printed vocabulary has 174,991.
_ARTICLE = RunSettings(
    preset="article",
    cleaning=CleaningSettings.article(),
    network=NetworkSettings(
        vocabulary_size=100_000,
        sequence_length=130,
        embedding_size=70,
        cell="SimpleRNN",
        layers=(
            RecurrentLayer(units=64, bidirectional=True, dropout=0.1, recurrent_dropout=0.2),
            RecurrentLayer(units=64, bidirectional=True, dropout=0.1, recurrent_dropout=0.3),
            RecurrentLayer(units=32, bidirectional=False),
        ),
        pooling="last",
        dropout=0.5,
    ),
    training=TrainingSettings(
        optimizer="RMSprop",
        embedding_optimizer="same",
        learning_rate=0.001,
        batch_size=32,
        epochs=10,
        patience=2,
    ),
)

# The next two presets clean lightly and add the bag-of-words branch: docs/accuracy.md gives the gain of each choice.
_QUICK = RunSettings(
    preset="quick",
    cleaning=CleaningSettings.marked(),
    network=NetworkSettings(
        tokenization="words and pairs",
        vocabulary_size=30_000,
        sequence_length=40,
        embedding_size=64,
        dropout=0.3,
        bigram_buckets=131_072,
    ),
    training=TrainingSettings(
        learning_rate=0.003,
        embedding_learning_rate=0.4,
        schedule="cosine",
        label_smoothing=0.1,
        auxiliary_loss_weight=0.0,
        batch_size=256,
        epochs=2,
        patience=0,
        validation_share=0.05,
        test_share=0.1,
    ),
)

_BEST = RunSettings(
    preset="best",
    cleaning=CleaningSettings.marked(),
    network=NetworkSettings(
        tokenization="words and pairs",
        vocabulary_size=50_000,
        sequence_length=60,
        embedding_size=64,
        embedding_dropout=0.4,
        layers=(RecurrentLayer(units=96, bidirectional=True),),
        dropout=0.5,
        ensemble_size=4,
        bigram_buckets=262_144,
    ),
    training=TrainingSettings(
        learning_rate=0.003,
        embedding_learning_rate=0.3,
        schedule="cosine",
        label_smoothing=0.1,
        batch_size=256,
        epochs=4,
        patience=0,
        validation_share=0.03,
        test_share=0.1,
    ),
)

PRESETS: dict[str, RunSettings] = {settings.preset: settings for settings in (_ARTICLE, _QUICK, _BEST)}
