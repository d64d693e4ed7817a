"""Paper as shops name it: pounds of a kind in North America, grams a square metre elsewhere."""

import re
from typing import Annotated, Any

from msgspec import Struct
from pydantic import BeforeValidator, model_validator

from generator.model.written import Written

# Grams a square metre of one pound: 1406.1 over the area, in square inches, of the sheet that 500 of are weighed.
# 17 x 22 in for bond, 25 x 38 for text, 20 x 26 for cover, 25.5 x 30.5 for index, 24 x 36 for tag.
GSM_PER_LB = {"bond": 3.76, "text": 1.48, "cover": 2.704, "index": 1.808, "tag": 1.627}
ALSO_TEXT = ("book", "offset")  # weighed on the same sheet
# The weights that shops usually keep, to name the nearest of.
USUAL = (
    (20, "bond"), (24, "bond"), (28, "bond"), (60, "text"), (70, "text"), (80, "text"), (100, "text"),
    (65, "cover"), (80, "cover"), (100, "cover"), (110, "cover"), (130, "cover"),
)  # fmt: skip
HEAVIEST_GSM = 1_000  # board; more is a slip of the pen
SCORED_GSM = 170  # from here on paper cracks when it is folded without a score: the lightest cover stock
_KINDS = "|".join((*GSM_PER_LB, *ALSO_TEXT))
_POUNDS = re.compile(rf"(\d+(?:\.\d+)?)\s*(?:lbs?\.?|#)\s+(?:[a-z]+\s+)*?({_KINDS})\b", re.I)
_GRAMS = re.compile(r"(\d+(?:\.\d+)?)\s*(?:gsm|g/m²|g/m2)(?!\w)", re.I)


class Paper(Struct, frozen=True):
    """A paper as it was written, and how heavy it is in grams a square metre."""

    written: str
    gsm: int

    @classmethod
    def parse(cls, text: str) -> "Paper":
        """Return the paper written like `100 lb cover` or `300 gsm silk`. Raises ValueError."""
        said = " ".join(text.split())
        if grams := _GRAMS.search(said):
            gsm = round(float(grams[1]))
        elif pounds := _POUNDS.search(said):
            gsm = round(_gsm(float(pounds[1]), pounds[2]))
        else:
            raise ValueError(f'"{said[:40]}" has no weight; write it like 80 lb text, 100 lb cover or 300 gsm')
        if not 0 < gsm <= HEAVIEST_GSM:
            raise ValueError(f'"{said[:40]}" is {gsm} grams a square metre; paper and board have 1 to {HEAVIEST_GSM}')
        return cls(said, gsm)

    @property
    def said(self) -> str:
        """The paper in pounds and in grams, such as `100 lb cover (270 gsm)` or `300 gsm silk (about 110 lb cover)`."""
        has_grams, has_pounds = _GRAMS.search(self.written), _POUNDS.search(self.written)
        if has_grams and has_pounds:
            return self.written
        return f"{self.written} (about {_pounds(self.gsm)})" if has_grams else f"{self.written} ({self.gsm} gsm)"

    @property
    def is_scored(self) -> bool:
        """True when it is scored before it is folded."""
        return self.gsm >= SCORED_GSM


def _gsm(pounds: float, kind: str) -> float:
    return pounds * GSM_PER_LB.get(kind.lower(), GSM_PER_LB["text"])


def _pounds(gsm: int) -> str:
    """Return the usual weight that is nearest."""
    pounds, kind = min(USUAL, key=lambda one: abs(_gsm(*one) - gsm))
    return f"{pounds} lb {kind}"


WrittenPaper = Annotated[Paper, BeforeValidator(lambda value: Paper.parse(value) if isinstance(value, str) else value)]


class PaperBySystem(Written):
    """The paper for North American and for ISO sizes."""

    us: WrittenPaper
    iso: WrittenPaper

    @model_validator(mode="before")
    @classmethod
    def _one_for_both(cls, value: Any) -> Any:
        return {"us": value, "iso": value} if isinstance(value, str) else value
