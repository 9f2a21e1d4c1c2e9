"""How other blocks have something read together with the person who is logged in."""

from collections.abc import Callable

Expression = Callable[[], object]

EXPRESSIONS: dict[str, Expression] = {}


def register_person_expression(name: str) -> Callable[[Expression], Expression]:
    """Have the expression that the function returns read along with the person at every request, as ``person.<name>``.

    The function is called once a request and returns a database expression over ``identity.Person``. It has to be
    cheap, such as a subquery on a partial index: it spares every page a statement of its own.
    """

    def register(expression: Expression) -> Expression:
        EXPRESSIONS[name] = expression
        return expression

    return register
