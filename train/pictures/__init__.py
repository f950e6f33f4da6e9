"""Every source of training pictures."""
