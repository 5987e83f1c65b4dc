"""Two runs of a case -> what is wrong with them, as an AssertionError."""

from tests.runtime.fixes.cases import Case, Expected
from tests.runtime.fixes.running import Run, observations
from tests.runtime.fixes.serving import Answer


def assert_blocked(case: Case, before: Run) -> None:
    """The oracle heard, for each request, what the case says; and the answers are of the kind that is expected."""
    account = before.account
    for name, expected, heard, answer in zip(case.names, case.expected, account["heard"], account["answers"], strict=True):
        assert expected.was_heard(heard), f"{name} should block with {expected.heard} and did with {heard}"
        assert expected.fits(answer), f"{name} should give {expected} and gives {answer}"
    for what, wanted, heard in (("start", case.start, account["start"]), ("end", case.end, account["end"])):
        assert not wanted or wanted in heard["calls"], f"the {what} should block with {wanted} and did with {heard}"


def assert_silent(case: Case, after: Run) -> None:
    """None of the witnesses heard anything."""
    blocked = {name: heard for name, heard in observations(case, after.account) if heard["blocked"]}
    assert not blocked, f"the loop is still blocked: {blocked}"


def assert_same(case: Case, before: Run, after: Run) -> None:
    """Answers are equal, one by one and of several requests at once, and so is all that was done to files and peers."""
    old, new = before.account, after.account
    for old_answers, new_answers in ((old["warm"], new["warm"]), (old["answers"], new["answers"])):
        for name, expected, was, now in zip(case.names, case.expected, old_answers, new_answers, strict=True):
            assert_answer(name, expected, was, now)
    for name, expected, were, are in zip(case.names, case.expected, old["together"], new["together"], strict=True):
        for was, now in zip(sorted(were, key=repr), sorted(are, key=repr), strict=True):
            assert_answer(f"{name}, sent several times at once", expected, was, now)
    assert after.sequential == before.sequential
    assert after.all == before.all


def assert_answer(name: str, expected: Expected, was: Answer, now: Answer) -> None:
    """The answer is what it was, or what it was meant to be."""
    if expected.mended is None:
        assert now == was, name
    else:
        assert (now["status"], now["body"], now["error"]) == (*expected.mended, ""), name
