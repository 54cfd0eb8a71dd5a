"""Every speed claim of the README, runnable: ``python -m benchmarks.NAME``; see README.md beside this file."""
