"""Whether two lots of times can be told apart: the test of Mann and Whitney, with ties and the normal approximation."""

import math
from itertools import groupby


def mann_whitney(one, other):
    """The two-sided p of two samples, for which some dozens of values each are enough."""
    ranked = sorted([(value, 0) for value in one] + [(value, 1) for value in other])
    place, rank_sum, ties = 0, 0.0, 0
    for _, group in groupby(ranked, key=lambda pair: pair[0]):
        group = list(group)
        # Equal values share the mean of their ranks.
        rank = place + (len(group) + 1) / 2
        rank_sum += rank * sum(1 for _, which in group if which == 0)
        ties += len(group) ** 3 - len(group)
        place += len(group)
    n, m = len(one), len(other)
    whole = n + m
    u = rank_sum - n * (n + 1) / 2
    variance = n * m / 12 * (whole + 1 - ties / (whole * (whole - 1)))
    if variance == 0:
        return 1.0
    distance = abs(u - n * m / 2) - 0.5
    return math.erfc(max(distance, 0) / math.sqrt(variance) / math.sqrt(2))
