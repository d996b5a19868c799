# SPDX-License-Identifier: Apache-2.0
"""What every answer object of ours is: the host's lenient model, which keeps unknown fields, with exact money."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import openai
from pydantic import ConfigDict

from ._money import exact

if TYPE_CHECKING:
    from typing_extensions import Self

#: Fields of answers that hold a key, a webhook secret or a client token.
_SECRETS = {"secret", "token", "jwt"}


class RingsideModel(openai.BaseModel):
    """An object of the API. Unknown fields are kept in `model_extra`; unknown enum values are tolerated."""

    # Field names such as `model_requested` are ours to choose.
    model_config = ConfigDict(protected_namespaces=())

    #: Fields that hold US dollars.
    money_fields: ClassVar[frozenset[str]] = frozenset()

    @classmethod
    def construct(cls, _fields_set: set[str] | None = None, **values: object) -> Self:  # pyright: ignore[reportIncompatibleMethodOverride]  as the host's own
        """The object of these fields without validation; amounts become Decimals of exactly the digits sent."""
        for name in cls.money_fields & values.keys():
            values[name] = exact(values[name])
        made: Any = super().construct(_fields_set, **values)
        return made  # type: ignore[no-any-return]

    if not TYPE_CHECKING:
        model_construct = construct

        def __repr_args__(self):
            """As the host's, without secrets: a log must not show them again. The field and its JSON still do."""
            for name, value in super().__repr_args__():
                yield name, "..." if name in _SECRETS and value is not None else value
