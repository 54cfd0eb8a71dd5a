"""The pages: each reads widgets, calls one or two functions of ``core``, draws."""
