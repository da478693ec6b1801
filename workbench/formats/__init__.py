"""How dates are written where the way of a language would mislead."""
