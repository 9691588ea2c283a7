"""EventBridge schedule expressions: their grammar, their times, and how to say them."""
