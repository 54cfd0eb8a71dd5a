"""Chapter on word order: a dense network ignores it, a recurrent network does not."""
