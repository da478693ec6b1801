"""Norwegian text without a trained model: which words are words, and what may identify somebody. Knows no database.

A walk through the room: `lexicon` (the forms of Norsk Ordbank) and the lists beside it -> `tokens` -> `patterns`
(numbers, addresses, dates, ages) and `candidates` (runs of capitals) -> `names` (what is suggested to a person, who
decides) -> `occurrences` (every place where a name that was decided on stands).
"""
