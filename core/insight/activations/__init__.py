"""What a network's units do, token by token: states, gates, equations, interventions."""
