"""A list of records of one model."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Generic, SupportsIndex, TypeVar, overload

from RPA.Planhat import errors
from RPA.Planhat.types.base import ALL_IDS, PlanhatObject
from RPA.Planhat.types.encoding import encode_json
from RPA.Planhat.types.fields import PlanhatIdType

if TYPE_CHECKING:
    from collections.abc import Iterable

    from typing_extensions import Self

P = TypeVar("P", bound=PlanhatObject)


class PlanhatObjectList(list[P], Generic[P]):
    """A list of records of one model; the first record decides which.

    Args:
        items: The records.

    Raises:
        TypeError: If an item is not a record, or not of the model of the first.
    """

    _type: type[P] | None = None

    def __init__(self, items: Iterable[P] | None = None) -> None:
        super().__init__(self._checked(item) for item in items or ())

    @classmethod
    def of(cls, model: type[P], items: Iterable[P] = ()) -> PlanhatObjectList[P]:
        """Returns a list of a model, which may be empty; the items are taken as they are."""
        made = cls()
        made._type = model
        list.extend(made, items)
        return made

    @property
    def model(self) -> type[P] | None:
        """The model of the records; none while the list is empty and untyped."""
        return self._type

    def _checked(self, item: P) -> P:
        if not isinstance(item, PlanhatObject):
            raise TypeError(
                f"A list of Planhat objects takes no {type(item).__name__}. Give records, such as "
                "types.Company(name='Acme')."
            )
        if self._type is None:
            self._type = type(item)
        elif not isinstance(item, self._type):
            raise TypeError(f"A list of {self._type.__name__} takes no {type(item).__name__}.")
        return item

    def append(self, item: P) -> None:
        """Adds a record at the end."""
        super().append(self._checked(item))

    def extend(self, items: Iterable[P]) -> None:
        """Adds records at the end; all of them or, if one does not fit, none."""
        super().extend([self._checked(item) for item in items])

    def __iadd__(self, items: Iterable[P]) -> Self:  # type: ignore[override,misc]
        self.extend(items)
        return self

    def insert(self, index: SupportsIndex, item: P) -> None:
        """Puts a record before the one at an index."""
        super().insert(index, self._checked(item))

    def remove(self, item: P) -> None:
        """Removes the first record that is the same, by any of its ids or by content.

        Raises:
            ValueError: If there is no such record.
        """
        for index, each in enumerate(self):
            if each.is_same_object(item) or each == item:
                del self[index]
                return
        raise ValueError(f"{item!r} is not in the list.")

    @overload
    def __getitem__(self, key: SupportsIndex) -> P: ...
    @overload
    def __getitem__(self, key: slice) -> PlanhatObjectList[P]: ...
    def __getitem__(self, key: SupportsIndex | slice) -> P | PlanhatObjectList[P]:
        found = super().__getitem__(key)
        if not isinstance(key, slice):
            return found  # type: ignore[return-value]
        part: PlanhatObjectList[P] = type(self)()
        part._type = self._type
        list.extend(part, found)  # type: ignore[misc]
        return part

    @overload
    def __setitem__(self, key: SupportsIndex, value: P) -> None: ...
    @overload
    def __setitem__(self, key: slice, value: Iterable[P]) -> None: ...
    def __setitem__(self, key: Any, value: Any) -> None:
        if not isinstance(key, slice):
            super().__setitem__(key, self._checked(value))
            return
        given, mine = list(value), list.__getitem__(self, key)
        if len(given) == len(mine):
            # `Create Dictionary` of Robot Framework puts a DotDict in the place of each: the records stay.
            equal = zip(given, mine, strict=True)
            given = [old if not isinstance(new, PlanhatObject) and new == old else new for new, old in equal]
        super().__setitem__(key, [self._checked(each) for each in given])

    def is_obj_in_list(self, obj: P) -> bool:
        """Returns whether a record is in the list, by any of its ids."""
        return any(each.is_same_object(obj) for each in self)

    def find_by_id(self, id: str) -> P:  # noqa: A002 - the surface that existing programs use
        """Returns the record with a Planhat id.

        Raises:
            PlanhatNotFoundError: If there is no such record.
        """
        return self.find_by_id_type(id, PlanhatIdType.PLANHAT_ID)

    def find_by_source_id(self, source_id: str) -> P:
        """Returns the record with a source id.

        Raises:
            PlanhatNotFoundError: If there is no such record.
        """
        return self.find_by_id_type(source_id, PlanhatIdType.SOURCE_ID)

    def find_by_external_id(self, external_id: str) -> P:
        """Returns the record with an external id.

        Raises:
            PlanhatNotFoundError: If there is no such record.
        """
        return self.find_by_id_type(external_id, PlanhatIdType.EXTERNAL_ID)

    def find_by_id_type(self, id: str, id_type: PlanhatIdType | None = None) -> P:  # noqa: A002 - as above
        """Returns the record with an id of a kind, or of any kind when none is given.

        Raises:
            PlanhatNotFoundError: If there is no such record.
        """
        kinds = ALL_IDS if id_type is None else (id_type,)
        for each in self:
            if any(id and each.get(each.key_of(kind)) == id for kind in kinds):
                return each
        words = " or ".join(kind.label for kind in kinds)
        raise errors.PlanhatNotFoundError(f"Not found in this list of {len(self)}: no record with {words} {id!r}.")

    def find_by_company_id(self, company_id: str) -> PlanhatObjectList[P]:
        """Returns the records that belong to a company; maybe none."""
        mine = (each for each in self if company_id in _companies_of(each))
        return self[:0] if self._type is None else PlanhatObjectList.of(self._type, mine)

    def encode(self) -> bytes:
        """Returns the list as JSON in UTF-8; NaN is refused."""
        return encode_json(self)

    def to_serializable_json(self) -> list[dict[str, Any]]:
        """Returns plain dictionaries and lists; dates and durations as text and seconds."""
        plain: list[dict[str, Any]] = json.loads(self.encode())
        return plain

    def get_urlpath(self) -> str:
        """Returns the path of the model, such as `/companies`.

        Raises:
            ValueError: While the list is empty and has no model.
        """
        if self._type is None:
            raise ValueError("An empty list without a model has no path.")
        return f"/{self._type.API_NAME}"

    def __repr__(self) -> str:
        words = (self._type.SINGULAR if len(self) == 1 else self._type.PLURAL) if self._type else "Planhat objects"
        return f"<{len(self)} {words}>"

    __str__ = __repr__


def _companies_of(record: PlanhatObject) -> list[Any]:
    several = record.get("companyIds")
    return several if isinstance(several, list) else [record.get("companyId") or record.get("cId")]
