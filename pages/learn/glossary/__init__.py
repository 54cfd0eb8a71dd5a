"""Glossary: the field's words, each in a plain sentence."""
