"""Headline Lab's engine: text in, a trained recurrent network out. Knows nothing of the screen.

Four rooms, one direction: ``text <- rnn <- runs`` and ``text, rnn <- insight``.
"""
