"""The thin HTTP face: strict bodies, problem+json, signed-in people, acts through the same door."""
