"""Programs that refer to themselves, and programs that are deep or wide: every question ends, and what can be known is known."""

from pathlib import Path

from tests.support import assert_project, check, write_project


def test_names_and_classes_that_are_themselves(tmp_path: Path) -> None:
    """Such names say nothing; what stands beside them is found."""
    assert_project(
        tmp_path,
        {
            "main.py": """
            import time

            x = x
            a = b
            b = a
            items = [items]
            table = {"a": table}

            class C(C):
                def run(self):
                    time.sleep(1)

            class D(E):
                pass

            class E(D):
                def run(self):
                    time.sleep(1)

            async def main():
                x()
                a.b.c()
                items[0][0].run()
                table["a"]["a"].run()
                C().run()  # expect: FAL201
                D().run()  # expect: FAL201
                E().run()  # expect: FAL201
            """
        },
    )


def test_properties_that_return_each_other(tmp_path: Path) -> None:
    """Their values are unknown; their bodies are not."""
    assert_project(
        tmp_path,
        {
            "main.py": """
            import time

            class P:
                @property
                def own(self):
                    return self.own

                @property
                def first(self):
                    return self.second

                @property
                def second(self):
                    time.sleep(1)
                    return self.first

            async def main():
                P().own.own.go()
                P().first.go()  # expect: FAL201
            """
        },
    )


def test_decorators_that_return_themselves(tmp_path: Path) -> None:
    """What they decorate is taken for what it was."""
    assert_project(
        tmp_path,
        {
            "main.py": """
            import time

            def forever(f):
                return forever(f)

            def itself(f):
                return itself

            @unwritten
            def unwritten(f):
                return f

            @forever
            def g():
                time.sleep(1)

            @itself
            def h():
                time.sleep(1)

            async def main():
                g()  # expect: FAL201
                h()  # expect: FAL201
                unwritten(1)
            """
        },
    )


def test_functions_that_call_each_other(tmp_path: Path) -> None:
    """Recursion hides neither what blocks nor what is returned."""
    assert_project(
        tmp_path,
        {
            "main.py": """
            import time
            import requests

            def even(n):
                return odd(n - 1)

            def odd(n):
                if n:
                    time.sleep(1)
                return even(n - 1)

            def client(n):
                if n:
                    return other(n - 1)
                return requests.Session()

            def other(n):
                return client(n)

            async def main():
                even(3)  # expect: FAL201 time.sleep
                odd(3)  # expect: FAL201 time.sleep
                client(1).get("/")  # expect: FAL102 requests.Session.get
                other(1).get("/")  # expect: FAL102 requests.Session.get

            async def one():
                await two()
                time.sleep(1)  # expect: FAL101

            async def two():
                await one()
            """
        },
    )


def test_callables_that_are_given_themselves(tmp_path: Path) -> None:
    """A helper that passes itself on, a lambda that calls itself."""
    assert_project(
        tmp_path,
        {
            "main.py": """
            import time

            def endless(f):
                return endless(lambda: f())

            def run(f):
                f()
                run(run)

            async def main():
                endless(lambda: time.sleep(1))
                run(lambda: time.sleep(1))  # expect: FAL201
                y = lambda f: f(f)
                y(y)
                again = lambda: again()
                again()
            """
        },
    )


def test_types_that_are_made_of_themselves(tmp_path: Path) -> None:
    """Aliases in a circle say nothing, recursive classes what they are."""
    assert_project(
        tmp_path,
        {
            "main.py": """
            import time
            from typing import Annotated, Optional

            A = Optional["A"]
            B = Annotated["C", 1]
            C = Annotated["B", 1]

            class Node:
                parent: "Node"

                def up(self) -> "Node":
                    return self.parent.up()

                def wait(self):
                    time.sleep(1)

            async def main(a: A, b: B, c: C, node: Node):
                a.x(), b.x(), c.x()
                node.up().parent.parent.up().wait()  # expect: FAL201
            """
        },
    )


def test_variables_that_hand_each_other_on(tmp_path: Path) -> None:
    """In a loop each may be what the other was."""
    assert_project(
        tmp_path,
        {
            "main.py": """
            import time

            def f():
                time.sleep(1)

            async def main():
                g = f
                while True:
                    h = g
                    h()  # expect: FAL201
                    g = h
            """
        },
    )


def test_modules_that_import_each_other(tmp_path: Path) -> None:
    """Circles of imports, and a module that imports itself."""
    assert_project(
        tmp_path,
        {
            "a.py": """
            import b
            from b import f

            def g():
                f()

            async def main():
                g()  # expect: FAL201
                b.f()  # expect: FAL201
                b.a.b.f()  # expect: FAL201
            """,
            "b.py": """
            import time
            import a
            from a import g

            def f():
                time.sleep(1)
                g()
            """,
            "c.py": """
            from c import x

            async def main():
                x()
            """,
        },
    )


def test_builtins_behind_star_imports_in_a_circle(tmp_path: Path) -> None:
    """Two modules that import everything from each other still know the builtins."""
    assert_project(
        tmp_path,
        {
            "a.py": """
            from b import *

            async def first():
                input()  # expect: FAL110
            """,
            "b.py": """
            from a import *

            async def second():
                input()  # expect: FAL110
            """,
        },
    )


def test_chains_of_hundreds_of_calls(tmp_path: Path) -> None:
    """However deep, forwards or backwards in the file or across as many modules: the chain has every step."""
    depth = 300
    down = "".join(f"def f{i}():\n    f{i - 1}()\n" for i in range(1, depth))
    up = "".join(f"def f{i}():\n    f{i - 1}()\n" for i in range(depth - 1, 0, -1))
    top = f"async def top():\n    f{depth - 1}()\n"
    leaf = "import time\ndef f0():\n    time.sleep(1)\n"
    spread = {f"m{i}.py": f"from m{i - 1} import f{i - 1}\ndef f{i}():\n    f{i - 1}()\n" for i in range(1, depth)}
    for number, files in enumerate(
        (
            {"main.py": leaf + down + top},
            {"main.py": top + up + leaf},
            {"m0.py": leaf, **spread, "main.py": f"from m{depth - 1} import f{depth - 1}\n{top}"},
        )
    ):
        (finding,) = check(write_project(tmp_path / str(number), files)).findings
        assert finding.resolves_to == "time.sleep"
        assert len(finding.chain) == depth + 1


def test_values_that_lie_too_deep_are_unknown_and_the_report_says_so(tmp_path: Path) -> None:
    """A client handed up through hundreds of functions is silent; one handed up through thirty is not."""
    text = "import requests\ndef f0():\n    return requests.Session()\n"
    text += "".join(f"def f{i}():\n    return f{i - 1}()\n" for i in range(1, 300))
    text += 'async def top():\n    f29().get("/")  # expect: FAL102\n\nasync def deep():\n    f299().get("/")\n'
    assert_project(tmp_path / "a", {"main.py": text})
    # Asked from the top, where nothing below is known yet.
    text = text.replace("f29()", "f298()").replace("  # expect: FAL102", "")
    report = check(write_project(tmp_path / "b", {"main.py": text}))
    assert not report.findings
    (bound,) = report.statistics.bounds
    assert "nested too deeply" in bound


def test_long_expressions(tmp_path: Path) -> None:
    """A chain of hundreds of attributes and calls on one line."""
    text = "import requests\n\nasync def top():\n    x = requests" + ".a()" * 400 + '\n    requests.get("/")  # expect: FAL102\n'
    assert_project(tmp_path, {"main.py": text})


def test_a_value_that_may_be_very_many_things(tmp_path: Path) -> None:
    """Of twenty possible classes some are followed: what their methods do is likely."""
    text = "import time\n" + "".join(f"class C{i}:\n    def run(self):\n        time.sleep(1)\n" for i in range(20))
    text += "def pick(n):\n" + "".join(f"    if n == {i}:\n        return C{i}()\n" for i in range(20))
    text += "async def top():\n    pick(3).run()  # expect: FAL201\n"
    (finding,) = assert_project(tmp_path, {"main.py": text}).findings
    assert finding.confidence == "likely"


def test_a_function_that_is_called_very_often_is_not_searched_for_arguments(tmp_path: Path) -> None:
    """Sixty calls say what a parameter is; sixty-one say nothing."""
    head = 'import requests\n\ndef use(client):\n    client.get("/")\n\nasync def top():\n'
    assert_project(tmp_path / "a", {"main.py": head + "    use(requests.Session())  # expect: FAL202\n" * 60})
    assert_project(tmp_path / "b", {"main.py": head + "    use(requests.Session())\n" * 61})
