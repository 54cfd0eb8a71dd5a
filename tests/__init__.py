"""The tests. A package of its own: one that is installed beside it brings another folder of this name."""
