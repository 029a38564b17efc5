"""Path loss and link budgets, one published method a file."""
