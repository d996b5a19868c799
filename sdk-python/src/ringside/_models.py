# SPDX-License-Identifier: Apache-2.0
"""What every answer object of ours is: the host's lenient model, which keeps unknown fields, with exact money."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import openai

from ._money import exact

if TYPE_CHECKING:
    from typing_extensions import Self


class RingsideModel(openai.BaseModel):
    """An object of the API. Unknown fields are kept in `model_extra`; unknown enum values are tolerated."""

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
