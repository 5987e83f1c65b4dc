"""The offloader that is set -> whether it exists, and whether a module of the project can import it.

A fix that writes an import which does not resolve breaks the program when it is started, so a name is one that the catalogue knows, or a
module of the project has it. Whether that function really runs what it is given in a thread is found out by the check after each fix.
"""

from fastapi_async_lint.catalogue import Catalogue
from fastapi_async_lint.catalogue import offloaders as known_offloaders
from fastapi_async_lint.inference import Inference
from fastapi_async_lint.inference.names import member
from fastapi_async_lint.inference.values import ClassObject, ModuleObject, NamespaceObject
from fastapi_async_lint.program import Program
from fastapi_async_lint.wording import did_you_mean


def problem(inference: Inference, name: str) -> str:
    """What is wrong with the name, with the nearest right one; empty if nothing is."""
    known, program = inference.catalogue, inference.program
    module, dot, last = name.rpartition(".")
    if known.offloader(name) is not None or (not dot and any(path.endswith(f".{name}") for path in known_offloaders())):
        return ""
    number = _module(program, module) if dot else None
    values = member(inference, number, last) if number is not None else frozenset()
    if any(not isinstance(value, ClassObject | ModuleObject | NamespaceObject) for value in values):
        return ""
    near = did_you_mean(name, _names(program, known, dotted=bool(dot)))
    return f'expected an offloader of the catalogue ({", ".join(known_offloaders())}) or a function of the project, found "{name}"{near}'


def obstacle(inference: Inference, importer: int, name: str) -> str:
    """Why a module of the project could not import the offloader if it does not do so already; empty if it can."""
    if inference.catalogue.offloader(name) is not None:
        return ""
    program = inference.program
    module = name.rpartition(".")[0]
    number = program.find_module(importer, module)
    if number is None or not _is_one_tree(program, program.find_module(importer, module.partition(".")[0]), number):
        return f"{module}, which has the offloader, cannot be imported from here"
    if number == importer:
        return f"{name} is defined in this file: call it by hand"
    if number not in program.imports(importer) and importer in _imported_by(program, number):
        return f"{module}, which has the offloader, imports this module: it could not be imported here"
    return ""


def _module(program: Program, name: str) -> int | None:
    """A module of the project by the name that some module of it imports, or could import, it by."""
    found = (program.find_module(module.number, name) for module in program.modules)
    return next((number for number in found if number is not None), None)


def _is_one_tree(program: Program, top: int | None, number: int) -> bool:
    """Whether a module lies below the package that its first name means; another service may have one of the same name."""
    return top is None or program.modules[top].source.root == program.modules[number].source.root


def _imported_by(program: Program, start: int) -> frozenset[int]:
    """All modules that importing this one imports, directly or not."""
    seen: set[int] = set()
    pending = [start]
    while pending:
        for number in program.imports(pending.pop()) - seen:
            seen.add(number)
            pending.append(number)
    return frozenset(seen)


def _names(program: Program, known: Catalogue, *, dotted: bool) -> list[str]:
    """What the offloader may have been meant to be: the catalogue's and the user's own, and the project's coroutine functions."""
    described = [path for path, (entry, _) in known.functions.items() if entry.offloader is not None]
    full = sorted({*described, *known_offloaders()})
    if not dotted:
        return sorted({path.rpartition(".")[2] for path in full})
    functions = (
        f"{module.source.module}.{function.qualname}"
        for module in program.modules
        for function in module.facts.functions
        if function.is_async and "." not in function.qualname
    )
    return [*full, *functions]
