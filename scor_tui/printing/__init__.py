"""What is printed: bordereau, envelope labels, proof, lists. Same facts, same bytes; black on white, A4.

Each module holds the facts that it prints (words already chosen, in French; raw dates and cents) and one
function that makes a PDF of them. reportlab is imported when something is printed, not before.
"""
