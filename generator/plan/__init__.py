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
    Printing,
    Request,
    System,
    Texting,
)
from generator.plan.sheeting import bound
from generator.plan.ticket import ticket
from generator.plan.together import Batch, gather

__all__ = [
    "Batch",
    "Call",
    "Fact",
    "FactKind",
    "Group",
    "Job",
    "Listing",
    "OtherLanguage",
    "Passage",
    "Piece",
    "Printing",
    "Request",
    "System",
    "Texting",
    "bound",
    "gather",
    "plan_jobs",
    "ticket",
]
