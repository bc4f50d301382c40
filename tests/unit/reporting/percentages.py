"""Numbers of compliant nodes and of all nodes, and the percentage that the table and the page show."""

from typing import Final

PERCENTAGES: Final = [
    (0, 1, 0),
    (1, 1, 100),
    (3, 7, 43),
    (1, 2, 50),
    (1, 3, 33),
    (2, 3, 67),
    (1, 8, 13),
    (17, 40, 43),
    (1, 200, 1),
    (1, 250, 1),
    (1, 10_000, 1),
    (249, 250, 99),
    (9_999, 10_000, 99),
    (10_000, 10_000, 100),
    (185, 300, 62),
]
