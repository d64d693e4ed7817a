"""What must be printed, worked out before anything is drawn. Pure: no clock, no disk, no environment."""

from generator.plan.jobs import plan_jobs
from generator.plan.piece import (
    Call,
    Fact,
    FactKind,
    Group,
    Job,
    Listing,
    OtherLanguage,
    Passage,
    Piece,
    Request,
    System,
    Texting,
)

__all__ = [
    "Call",
    "Fact",
    "FactKind",
    "Group",
    "Job",
    "Listing",
    "OtherLanguage",
    "Passage",
    "Piece",
    "Request",
    "System",
    "Texting",
    "plan_jobs",
]
