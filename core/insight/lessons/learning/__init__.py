"""Chapter on learning: a neuron, a step against the gradient, and a tiny network that trains."""
