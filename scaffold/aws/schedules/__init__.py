"""EventBridge schedule expressions: grammar, times and wording."""
