"""Hierarchical models: which terms go together, and all of them to a given order.

A model is a whole number too: bit c stands for the interaction whose code is c. The constant and the main effects are in every model
and are not written. A model is hierarchical when each interaction in it brings the interactions within it.
"""

from replicate.analysis.systems.lattice import of_size
from replicate.vocabulary.errors import InputError

MOST = 100_000
"""Models fitted to find the best: six lists have 32,768 to order 2; seven have two million."""


def interactions(model: int) -> tuple[int, ...]:
    """Return the codes of a model's interactions, the smallest sets of lists first.

    Examples
    --------
    >>> interactions(1 << 3 | 1 << 7 | 1 << 5)
    (3, 5, 7)
    """
    codes = [code for code in range(model.bit_length()) if model >> code & 1]
    return tuple(sorted(codes, key=lambda code: (code.bit_count(), code)))


def terms(model: int, lists: int) -> tuple[int, ...]:
    """Return every term of a model: its interactions, the main effects, and the constant last."""
    return (*interactions(model), *(1 << bit for bit in range(lists)), 0)


def within(code: int) -> int:
    """Return the model that an interaction brings with it: itself and the interactions within it.

    Examples
    --------
    >>> interactions(within(7))
    (3, 5, 6, 7)
    """
    model, part = 0, code
    while part:
        if part.bit_count() > 1:
            model |= 1 << part
        part = (part - 1) & code
    return model


def hierarchical(lists: int, order: int) -> list[int]:
    """Return every hierarchical model with interactions of up to `order` lists, the smallest first.

    Raises
    ------
    InputError
        When there are more than `MOST`.

    Examples
    --------
    >>> len(hierarchical(3, 2)), len(hierarchical(5, 2))
    (8, 1024)
    """
    found = [0]
    for size in range(2, order + 1):
        faces = of_size(lists, size)
        grown: list[int] = []
        for model in found:
            free = [face for face in faces if not within(face) & ~model & ~(1 << face)]
            if len(grown) + (1 << len(free)) > MOST:
                raise InputError(
                    "more models than can be fitted one by one",
                    where=f"{lists} lists to order {order}",
                    got=f"over {MOST} models",
                    expected="fewer lists, or a lower order",
                    hint="select stepwise, which fits a few",
                )
            grown += [
                model | sum(1 << face for bit, face in enumerate(free) if chosen >> bit & 1)
                for chosen in range(1 << len(free))
            ]
        found = grown
    return sorted(found, key=lambda model: (model.bit_count(), model))
