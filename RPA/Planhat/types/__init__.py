"""What Planhat stores: one class for each model, with its path, its fields and its rules.

Everything else follows from these classes: the keywords and their arguments, what is checked before sending,
page sizes, the keys of upserts, the sandbox. Adding a model is adding one class.
"""

from RPA.Planhat.types.base import (
    MODELS,
    NamedObjectMixin,
    PlanhatCompanyOwnedObject,
    PlanhatObject,
    find_model,
    model_at_path,
)
from RPA.Planhat.types.companies import Company
from RPA.Planhat.types.conversations import Conversation, Note, Task, Ticket
from RPA.Planhat.types.encoding import DateTimeEncoder
from RPA.Planhat.types.fields import Field, Kind, Page, Parameter, PlanhatIdType, Verb
from RPA.Planhat.types.lists import PlanhatObjectList
from RPA.Planhat.types.people import NPS, Enduser, User
from RPA.Planhat.types.records import Record
from RPA.Planhat.types.revenue import Churn, Deal, Invoice, License, LineItem, Opportunity, Product, Sale
from RPA.Planhat.types.tenant import CustomField, DimensionData
from RPA.Planhat.types.work import Asset, Campaign, Issue, Objective, Project, TimeEntry, Timesheet, Workflow, Workspace

__all__ = [
    "MODELS",
    "NPS",
    "Asset",
    "Campaign",
    "Churn",
    "Company",
    "Conversation",
    "CustomField",
    "DateTimeEncoder",
    "Deal",
    "DimensionData",
    "Enduser",
    "Field",
    "Invoice",
    "Issue",
    "Kind",
    "License",
    "LineItem",
    "NamedObjectMixin",
    "Note",
    "Objective",
    "Opportunity",
    "Page",
    "Parameter",
    "PlanhatCompanyOwnedObject",
    "PlanhatIdType",
    "PlanhatObject",
    "PlanhatObjectList",
    "Product",
    "Project",
    "Record",
    "Sale",
    "Task",
    "Ticket",
    "TimeEntry",
    "Timesheet",
    "User",
    "Verb",
    "Workflow",
    "Workspace",
    "find_model",
    "model_at_path",
]
