"""What is doubtful in the records: rules, findings with their mends, duplicates, and merging them."""
