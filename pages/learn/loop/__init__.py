"""Chapter on the recurrent loop, rolled and unrolled."""
