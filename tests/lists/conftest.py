from collections.abc import Mapping

import pytest

from generator.model.kinds import Kind

KINDS = {
    "emergency": {"label": "Emergency", "order": 0, "emergency": True},
    "crisis": {"label": {"en": "Crisis line", "es": "Línea de crisis"}, "order": 10, "crisis": True},
    "clinic": {"label": "Clinic", "order": 30},
    "support-group": {"label": "Support group", "order": 40},
    "food": {"label": {"en": "Food", "es": "Alimentos"}, "order": 90},
    "legal": {"label": "Legal help", "order": 95},
    "other": {"label": "More help", "order": 100},
}


@pytest.fixture(scope="session")
def kinds() -> Mapping[str, Kind]:
    return {name: Kind.model_validate(value) for name, value in KINDS.items()}
