"""The vocabulary of kinds: what sort of help a resource is."""

from collections.abc import Mapping

from generator.model.written import Localized, Slug, Written


class Kind(Written):
    """One kind. `order` places it in a list; `crisis` marks what may lead a crisis block.

    `urgent` marks lines for people in danger that do not lead: their numbers, like those of crisis lines
    and emergency numbers, are held to the stricter ages.
    """

    label: Localized
    icon: Slug = "heart"
    order: int = 100
    crisis: bool = False
    emergency: bool = False
    urgent: bool = False

    @property
    def is_held_stricter(self) -> bool:
        """True when numbers of this kind may be less old than others."""
        return self.crisis or self.emergency or self.urgent


class Kinds(Written):
    """content/kinds.yaml, which a project may extend with its own."""

    kinds: Mapping[Slug, Kind]
