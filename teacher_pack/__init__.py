"""What a teacher prints: worksheet, answers, exit tickets and slides, made from the app's own texts."""
