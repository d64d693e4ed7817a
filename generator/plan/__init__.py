"""What must be printed, worked out before anything is drawn. Pure: no clock, no disk, no environment."""

from generator.plan.calendar import calendar_of
from generator.plan.event import EventJob, own_events, plan_event
from generator.plan.jobs import plan_jobs
from generator.plan.piece import (
    AgendaLine,
    Call,
    EventDay,
    Fact,
    FactKind,
    Group,
    Job,
    Listing,
    OtherLanguage,
    Passage,
    Piece,
    Printing,
    Record,
    System,
    Texting,
)
from generator.plan.sheeting import bound
from generator.plan.ticket import printer_line, sides, ticket
from generator.plan.together import Batch, gather
from generator.plan.wording import unsaid
from generator.request import Request

__all__ = [
    "AgendaLine",
    "Batch",
    "Call",
    "EventDay",
    "EventJob",
    "Fact",
    "FactKind",
    "Group",
    "Job",
    "Listing",
    "OtherLanguage",
    "Passage",
    "Piece",
    "Printing",
    "Record",
    "Request",
    "System",
    "Texting",
    "bound",
    "calendar_of",
    "gather",
    "own_events",
    "plan_event",
    "plan_jobs",
    "printer_line",
    "sides",
    "ticket",
    "unsaid",
]
