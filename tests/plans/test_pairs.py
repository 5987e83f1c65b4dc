"""What is found out once about the uses of a state answers like looking at each two of them."""

import itertools
import random

import pytest

from fastapi_async_lint.plans.parts.pairs import Pairs, Use


def belong(first: Use, second: Use) -> bool:
    """One comes behind the other, nothing parts them, one changes the state, and one counts."""
    is_parted = first.following < second.at or first.at < second.preceding
    return first.at < second.at and not is_parted and (first.changes or second.changes) and (first.counts or second.counts)


def around(uses: list[Use], number: int) -> tuple[int, int] | None:
    """The first two uses around the place that belong together."""
    pairs = ((first, second) for first, second in itertools.product(uses, uses) if first.at <= number <= second.at)
    return next(((first.order, second.order) for first, second in pairs if belong(first, second)), None)


@pytest.mark.parametrize("seed", range(40))
def test_every_place_is_answered_like_each_two_uses(seed: int) -> None:
    """Whatever the order of the uses, their kinds, and what parts them."""
    chance = random.Random(seed)
    uses = []
    for order in range(chance.randrange(1, 12)):
        at = chance.randrange(20)
        following = chance.choice([at + chance.randrange(1, 8), 99])
        preceding = chance.choice([at - chance.randrange(1, 8), -1])
        uses.append(Use(order, at, chance.random() < 0.4, chance.random() < 0.6, following, preceding))
    pairs = Pairs(uses)
    answers = [pairs.around(number) for number in range(22)]
    assert answers == [around(uses, number) for number in range(22)]
