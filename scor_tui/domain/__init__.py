"""What SCOR is: types, rules, the status machine, numbers, errors. Standard library only."""
