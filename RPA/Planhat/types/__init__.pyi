"""What `__init__.py` offers, with the arguments of each model. Made by `invoke docs` from the registry."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from RPA.Planhat.types import companies as _companies
from RPA.Planhat.types import conversations as _conversations
from RPA.Planhat.types import people as _people
from RPA.Planhat.types import revenue as _revenue
from RPA.Planhat.types import tenant as _tenant
from RPA.Planhat.types import work as _work
from RPA.Planhat.types.base import MODELS as MODELS
from RPA.Planhat.types.base import NamedObjectMixin as NamedObjectMixin
from RPA.Planhat.types.base import PlanhatCompanyOwnedObject as PlanhatCompanyOwnedObject
from RPA.Planhat.types.base import PlanhatObject as PlanhatObject
from RPA.Planhat.types.base import find_model as find_model
from RPA.Planhat.types.base import model_at_path as model_at_path
from RPA.Planhat.types.encoding import DateTimeEncoder as DateTimeEncoder
from RPA.Planhat.types.fields import Field as Field
from RPA.Planhat.types.fields import Kind as Kind
from RPA.Planhat.types.fields import Page as Page
from RPA.Planhat.types.fields import Parameter as Parameter
from RPA.Planhat.types.fields import PlanhatIdType as PlanhatIdType
from RPA.Planhat.types.fields import Verb as Verb
from RPA.Planhat.types.lists import PlanhatObjectList as PlanhatObjectList
from RPA.Planhat.types.records import Record as Record

_Text = str | None
_Number = float | None
_Integer = int | None
_Boolean = bool | None
_Moment = str | datetime.date | None
_Day = int | str | datetime.date | None
_Reference = str | Mapping[str, Any] | None
_References = Sequence[str | Mapping[str, Any]] | str | None
_Texts = Sequence[str] | str | None
_Object = Mapping[str, Any] | None
_Objects = Sequence[Mapping[str, Any]] | None

class User(_people.User):
    def __init__(
        self, data: Mapping[str, Any] | None = None, id: _Text = None, source_id: _Text = None,
        external_id: _Text = None, custom: _Object = None, *, externalId: _Text = None, createdAt: _Moment = None,
        updatedAt: _Moment = None, email: _Text = None, nickName: _Text = None, firstName: _Text = None,
        lastName: _Text = None, roles: Any = None, inactive: _Boolean = None, image: _Object = None,
        isHidden: _Boolean = None, removed: _Boolean = None, notificationsEnabled: _Boolean = None,
        tzOffset: _Number = None, managers: _References = None, teams: _References = None,
        isExposedAsSenderOption: _Boolean = None, defaultMeetingLength: _Integer = None, permissions: Any = None,
        arr: _Number = None, mrr: _Number = None, customerCount: _Integer = None, nrOpenTasks: _Integer = None,
        createDate: _Moment = None, created_at: _Moment = None, updated_at: _Moment = None, nick_name: _Text = None,
        first_name: _Text = None, last_name: _Text = None, is_hidden: _Boolean = None,
        notifications_enabled: _Boolean = None, tz_offset: _Number = None,
        is_exposed_as_sender_option: _Boolean = None, default_meeting_length: _Integer = None,
        customer_count: _Integer = None, nr_open_tasks: _Integer = None, create_date: _Moment = None,
    ) -> None: ...

class LineItem(_revenue.LineItem):
    def __init__(
        self, data: Mapping[str, Any] | None = None, id: _Text = None, source_id: _Text = None,
        external_id: _Text = None, custom: _Object = None, *, sourceId: _Text = None, externalId: _Text = None,
        createdAt: _Moment = None, updatedAt: _Moment = None, dealId: _Reference = None, type: _Text = None,
        productId: _Reference = None, fixedPeriod: _Boolean = None, fromDate: _Moment = None,
        toDate: _Moment = None, length: _Number = None, status: _Text = None, mrr: _Number = None,
        arr: _Number = None, value: _Number = None, created_at: _Moment = None, updated_at: _Moment = None,
        deal_id: _Reference = None, product_id: _Reference = None, fixed_period: _Boolean = None,
        from_date: _Moment = None, to_date: _Moment = None,
    ) -> None: ...

class CustomField(_tenant.CustomField):
    def __init__(
        self, data: Mapping[str, Any] | None = None, id: _Text = None, source_id: _Text = None,
        external_id: _Text = None, custom: _Object = None, *, createdAt: _Moment = None, updatedAt: _Moment = None,
        name: _Text = None, parent: _Text = None, type: _Text = None, isHidden: _Boolean = None,
        isFeatured: _Boolean = None, isShared: _Boolean = None, isLocked: _Boolean = None,
        isMandatory: _Boolean = None, isFormula: _Boolean = None, formula: _Text = None,
        treatUndefinedAsZero: _Boolean = None, listValues: _Texts = None, numberFormat: _Text = None,
        filter: Any = None, formulaRefs: Any = None, sortOrder: _Integer = None, created_at: _Moment = None,
        updated_at: _Moment = None, is_hidden: _Boolean = None, is_featured: _Boolean = None,
        is_shared: _Boolean = None, is_locked: _Boolean = None, is_mandatory: _Boolean = None,
        is_formula: _Boolean = None, treat_undefined_as_zero: _Boolean = None, list_values: _Texts = None,
        number_format: _Text = None, formula_refs: Any = None, sort_order: _Integer = None,
    ) -> None: ...

class Issue(_work.Issue):
    def __init__(
        self, data: Mapping[str, Any] | None = None, id: _Text = None, source_id: _Text = None,
        external_id: _Text = None, custom: _Object = None, *, sourceId: _Text = None, createdAt: _Moment = None,
        updatedAt: _Moment = None, title: _Text = None, description: _Text = None, companyIds: _References = None,
        enduserIds: _References = None, conversationIds: _References = None, source: _Text = None,
        sourceUrl: _Text = None, priority: _Text = None, status: _Text = None, archived: _Boolean = None,
        followers: _References = None, companies: Any = None, endusers: Any = None, mrrCombined: _Integer = None,
        arrCombined: _Integer = None, companyMatchingValue: Any = None, created_at: _Moment = None,
        updated_at: _Moment = None, company_ids: _References = None, enduser_ids: _References = None,
        conversation_ids: _References = None, source_url: _Text = None, company_names: Any = None,
        enduser_names: Any = None, mrr_combined: _Integer = None, arr_combined: _Integer = None,
        company_matching_value: Any = None,
    ) -> None: ...

class Timesheet(_work.Timesheet):
    def __init__(
        self, data: Mapping[str, Any] | None = None, id: _Text = None, source_id: _Text = None,
        external_id: _Text = None, custom: _Object = None, *, createdAt: _Moment = None, updatedAt: _Moment = None,
        status: _Text = None, timeEntries: Any = None, assignedModel: _Text = None, assignedId: _Reference = None,
        dateFrom: _Day = None, dateTo: _Day = None, approvedBy: _Reference = None, dateOfApproval: _Moment = None,
        created_at: _Moment = None, updated_at: _Moment = None, time_entries: Any = None,
        assigned_model: _Text = None, assigned_id: _Reference = None, date_from: _Day = None, date_to: _Day = None,
        approved_by: _Reference = None, date_of_approval: _Moment = None,
    ) -> None: ...

class Company(_companies.Company):
    def __init__(
        self, data: Mapping[str, Any] | None = None, id: _Text = None, source_id: _Text = None,
        external_id: _Text = None, custom: _Object = None, *, sourceId: _Text = None, externalId: _Text = None,
        createdAt: _Moment = None, updatedAt: _Moment = None, name: _Text = None, owner: _Reference = None,
        coOwner: _Reference = None, phase: _Text = None, status: _Text = None, domains: _Texts = None,
        slug: _Text = None, description: _Text = None, address: _Text = None, country: _Text = None,
        city: _Text = None, zip: _Text = None, web: _Text = None, phonePrimary: _Text = None, tags: _Texts = None,
        products: _Texts = None, csmScore: _Integer = None, shareable: _Object = None,
        followers: _References = None, h: _Integer = None, hProfile: _Reference = None, hDiff: _Number = None,
        hDiffDate: _Text = None, csmScoreLog: _Objects = None, sentimentScore: _Number = None, mrr: _Number = None,
        arr: _Number = None, mr: _Number = None, mrrTotal: _Number = None, arrTotal: _Number = None,
        mrTotal: _Number = None, nrr30: _Number = None, nrrTotal: _Number = None, renewalMrr: _Number = None,
        renewalArr: _Number = None, customerFrom: _Moment = None, customerTo: _Moment = None,
        lastRenewal: _Moment = None, renewalDate: _Moment = None, phaseSince: _Moment = None,
        renewalDaysFromNow: _Integer = None, autoRenews: _Boolean = None, headId: _Reference = None,
        lastActive: _Moment = None, lastActiveTime: Any = None, lastTouch: Any = None, lastTouchType: _Text = None,
        lastTouchByType: _Object = None, lastTouchTime: Any = None, nextTouch: Any = None,
        nextTouchDate: Any = None, lastActivities: _Objects = None, alerts: _Objects = None,
        documents: _Objects = None, links: _Objects = None, sales: _Objects = None, licenses: _Objects = None,
        collaborators: _References = None, lastPerformedTriggers: _Objects = None, features: _Object = None,
        sunits: _Object = None, usage: _Object = None, orgRootId: _Reference = None, orgPath: Any = None,
        orgLevel: _Integer = None, orgUnits: Any = None, orgMrr: _Number = None, orgArr: _Number = None,
        orgMrrTotal: _Number = None, orgArrTotal: _Number = None, orgHealthTotal: _Number = None,
        orgPathCount: _Integer = None, orgCount: _Number = None, nps: _Number = None, createDate: _Moment = None,
        lastUpdated: _Moment = None, created_at: _Moment = None, updated_at: _Moment = None,
        co_owner: _Reference = None, phone_primary: _Text = None, csm_score: _Integer = None,
        h_profile: _Reference = None, h_diff: _Number = None, h_diff_date: _Text = None,
        csm_score_log: _Objects = None, sentiment_score: _Number = None, mrr_total: _Number = None,
        arr_total: _Number = None, mr_total: _Number = None, nrr_total: _Number = None, renewal_mrr: _Number = None,
        renewal_arr: _Number = None, customer_from: _Moment = None, customer_to: _Moment = None,
        last_renewal: _Moment = None, renewal_date: _Moment = None, phase_since: _Moment = None,
        renewal_days_from_now: _Integer = None, auto_renews: _Boolean = None, head_id: _Reference = None,
        last_active: _Moment = None, last_active_time: Any = None, last_touch: Any = None,
        last_touch_type: _Text = None, last_touch_by_type: _Object = None, last_touch_time: Any = None,
        next_touch: Any = None, next_touch_date: Any = None, last_activities: _Objects = None,
        last_performed_triggers: _Objects = None, org_root_id: _Reference = None, org_path: Any = None,
        org_level: _Integer = None, org_units: Any = None, org_mrr: _Number = None, org_arr: _Number = None,
        org_mrr_total: _Number = None, org_arr_total: _Number = None, org_health_total: _Number = None,
        org_path_count: _Integer = None, org_count: _Number = None, create_date: _Moment = None,
        last_updated: _Moment = None,
    ) -> None: ...

class Conversation(_conversations.Conversation):
    def __init__(
        self, data: Mapping[str, Any] | None = None, id: _Text = None, source_id: _Text = None,
        external_id: _Text = None, custom: _Object = None, *, sourceId: _Text = None, externalId: _Text = None,
        createdAt: _Moment = None, updatedAt: _Moment = None, companyId: _Reference = None,
        companyName: _Text = None, type: _Text = None, subject: _Text = None, description: _Text = None,
        date: _Moment = None, outDate: _Moment = None, users: _Objects = None, endusers: _Objects = None,
        ownerId: _Reference = None, activityTags: _References = None, useSubject: _Boolean = None,
        companyExternalId: _Text = None, starred: _Boolean = None, pinned: _Boolean = None,
        archived: _Boolean = None, source: _Text = None, startDate: _Moment = None, status: _Text = None,
        email: _Text = None, url: _Text = None, severity: _Text = None, product: _Text = None,
        timeSpent: _Number = None, tags: _Texts = None, history: _Objects = None, snippet: _Text = None,
        createDate: _Moment = None, userIds: _References = None, isOpen: _Boolean = None, isSeen: _Boolean = None,
        isCustomType: _Boolean = None, hasAttachments: _Boolean = None, hasMore: _Boolean = None,
        waitsToBeFiltered: _Boolean = None, autoTags: Any = None, emailTemplateIds: _References = None,
        timeBucket: _Texts = None, sender: Any = None, followers: _References = None,
        numberOfParts: _Integer = None, numberOfRelevantParts: _Integer = None, assigneeName: _Text = None,
        companySourceId: _Text = None, nickName: _Text = None, userId: _Reference = None, owner: _Reference = None,
        note: _Text = None, subType: _Text = None, inDate: _Moment = None, days: _Day = None,
        created_at: _Moment = None, updated_at: _Moment = None, company_id: _Reference = None,
        company_name: _Text = None, out_date: _Moment = None, owner_id: _Reference = None,
        activity_tags: _References = None, use_subject: _Boolean = None, company_external_id: _Text = None,
        start_date: _Moment = None, time_spent: _Number = None, create_date: _Moment = None,
        user_ids: _References = None, is_open: _Boolean = None, is_seen: _Boolean = None,
        is_custom_type: _Boolean = None, has_attachments: _Boolean = None, has_more: _Boolean = None,
        waits_to_be_filtered: _Boolean = None, auto_tags: Any = None, email_template_ids: _References = None,
        time_bucket: _Texts = None, number_of_parts: _Integer = None, number_of_relevant_parts: _Integer = None,
        assignee_name: _Text = None, company_source_id: _Text = None, nick_name: _Text = None,
        user_id: _Reference = None, sub_type: _Text = None, in_date: _Moment = None,
    ) -> None: ...

class Ticket(_conversations.Ticket):
    def __init__(
        self, data: Mapping[str, Any] | None = None, id: _Text = None, source_id: _Text = None,
        external_id: _Text = None, custom: _Object = None, *, sourceId: _Text = None, createdAt: _Moment = None,
        updatedAt: _Moment = None, companyId: _Reference = None, companyName: _Text = None, email: _Text = None,
        domains: _Texts = None, companyExternalId: _Text = None, source: _Text = None, title: _Text = None,
        description: _Text = None, url: _Text = None, type: _Text = None, severity: _Text = None,
        product: _Text = None, status: _Text = None, tags: _Texts = None, timeSpent: _Number = None,
        history: _Objects = None, name: _Text = None, agentEmail: _Text = None, subject: _Text = None,
        snippet: _Text = None, subType: _Text = None, externalId: _Text = None, date: _Moment = None,
        inDate: _Moment = None, createDate: _Moment = None, updateDate: _Moment = None, days: _Day = None,
        created_at: _Moment = None, updated_at: _Moment = None, company_id: _Reference = None,
        company_name: _Text = None, company_external_id: _Text = None, time_spent: _Number = None,
        agent_email: _Text = None, sub_type: _Text = None, external_ref: _Text = None, in_date: _Moment = None,
        create_date: _Moment = None, update_date: _Moment = None,
    ) -> None: ...

class Task(_conversations.Task):
    def __init__(
        self, data: Mapping[str, Any] | None = None, id: _Text = None, source_id: _Text = None,
        external_id: _Text = None, custom: _Object = None, *, sourceId: _Text = None, createdAt: _Moment = None,
        updatedAt: _Moment = None, companyId: _Reference = None, companyName: _Text = None, mainType: _Text = None,
        action: _Text = None, description: _Text = None, type: _Text = None, status: _Text = None,
        startTime: _Moment = None, endTime: _Moment = None, dateDone: _Moment = None,
        noSpecificTime: _Boolean = None, repeat: _Text = None, repeatDays: _Integer = None,
        ownerId: _Reference = None, checklist: _Objects = None, activityTags: _References = None,
        isArchived: _Boolean = None, ownerName: _Text = None, snippet: _Text = None, shared: _Boolean = None,
        overdueNotified: _Boolean = None, doneBy: _Text = None, users: Any = None, endusers: Any = None,
        noteId: _Reference = None, userEmail: _Text = None, workflowId: _Reference = None,
        workflowName: _Text = None, workflowTaskId: _Reference = None, workflowTemplateId: _Reference = None,
        workflowStepId: _Reference = None, parent: _Reference = None, children: Any = None, comments: Any = None,
        sortPosition: _Integer = None, created_at: _Moment = None, updated_at: _Moment = None,
        company_id: _Reference = None, company_name: _Text = None, main_type: _Text = None, task_type: _Text = None,
        start_time: _Moment = None, end_time: _Moment = None, date_done: _Moment = None,
        no_specific_time: _Boolean = None, repeat_days: _Integer = None, owner_id: _Reference = None,
        activity_tags: _References = None, is_archived: _Boolean = None, owner_name: _Text = None,
        overdue_notified: _Boolean = None, done_by: _Text = None, note_id: _Reference = None,
        user_email: _Text = None, workflow_id: _Reference = None, workflow_name: _Text = None,
        workflow_task_id: _Reference = None, workflow_template_id: _Reference = None,
        workflow_step_id: _Reference = None, sort_position: _Integer = None,
    ) -> None: ...

class Enduser(_people.Enduser):
    def __init__(
        self, data: Mapping[str, Any] | None = None, id: _Text = None, source_id: _Text = None,
        external_id: _Text = None, custom: _Object = None, *, sourceId: _Text = None, externalId: _Text = None,
        createdAt: _Moment = None, updatedAt: _Moment = None, companyId: _Reference = None,
        companyName: _Text = None, email: _Text = None, firstName: _Text = None, lastName: _Text = None,
        name: _Text = None, position: _Text = None, phone: _Text = None, linkedInUrl: _Text = None,
        tags: _Texts = None, otherEmails: _Texts = None, personas: _Texts = None, featured: _Boolean = None,
        primary: _Boolean = None, archived: _Boolean = None, npsUnsubscribed: _Boolean = None,
        sharedNotificationsPrefs: _Object = None, lastActive: _Moment = None, beats: _Number = None,
        beatsTotal: _Number = None, beatTrend: _Number = None, convs14: _Number = None, convsTotal: _Number = None,
        experience: _Number = None, relevance: _Number = None, lastTouch: Any = None, lastTouchTime: Any = None,
        lastTouchType: _Text = None, lastTouchByType: _Object = None, lastActivities: _Objects = None,
        nps: _Integer = None, npsComment: _Text = None, npsDate: _Moment = None, npsSent: Any = None,
        relatedEndusers: _Objects = None, description: _Text = None, companyExternalId: _Text = None,
        relevanceRate: _Number = None, lastUpdated: _Moment = None, emailMd5: _Text = None, usage: _Object = None,
        createDate: _Moment = None, created_at: _Moment = None, updated_at: _Moment = None,
        company_id: _Reference = None, company_name: _Text = None, first_name: _Text = None,
        last_name: _Text = None, linked_in_url: _Text = None, other_emails: _Texts = None,
        nps_unsubscribed: _Boolean = None, shared_notifications_prefs: _Object = None, last_active: _Moment = None,
        beats_total: _Number = None, beat_trend: _Number = None, convs_total: _Number = None,
        last_touch: Any = None, last_touch_time: Any = None, last_touch_type: _Text = None,
        last_touch_by_type: _Object = None, last_activities: _Objects = None, nps_comment: _Text = None,
        nps_date: _Moment = None, nps_sent: Any = None, related_endusers: _Objects = None,
        company_external_id: _Text = None, relevance_rate: _Number = None, last_updated: _Moment = None,
        email_md5: _Text = None, create_date: _Moment = None,
    ) -> None: ...

class NPS(_people.NPS):
    def __init__(
        self, data: Mapping[str, Any] | None = None, id: _Text = None, source_id: _Text = None,
        external_id: _Text = None, custom: _Object = None, *, sourceId: _Text = None, createdAt: _Moment = None,
        updatedAt: _Moment = None, cId: _Reference = None, email: _Text = None, score: _Integer = None,
        euId: _Reference = None, campaignId: _Reference = None, comment: _Text = None, dateSent: _Moment = None,
        dateAnswered: _Moment = None, source: _Text = None, created_at: _Moment = None, updated_at: _Moment = None,
        company_id: _Reference = None, enduser_id: _Reference = None, campaign_id: _Reference = None,
        date_sent: _Moment = None, date_answered: _Moment = None,
    ) -> None: ...

class License(_revenue.License):
    def __init__(
        self, data: Mapping[str, Any] | None = None, id: _Text = None, source_id: _Text = None,
        external_id: _Text = None, custom: _Object = None, *, sourceId: _Text = None, externalId: _Text = None,
        createdAt: _Moment = None, updatedAt: _Moment = None, companyId: _Reference = None,
        companyName: _Text = None, product: _Text = None, value: _Number = None, mrr: _Number = None,
        fromDate: _Moment = None, toDate: _Moment = None, fixedPeriod: _Boolean = None, renewalStatus: _Text = None,
        autoRenews: _Boolean = None, renewalPeriod: _Number = None, renewalUnit: _Text = None,
        noticePeriod: _Number = None, noticeUnit: _Text = None, invoiceCycle: _Text = None,
        invoiceCycleInterval: _Integer = None, invoicesGenerated: _Boolean = None, invoiceMuted: _Boolean = None,
        arr: _Number = None, parent: _Reference = None, renewalMrr: _Number = None, renewalArr: _Number = None,
        fcNewMrr: _Number = None, fcNewArr: _Number = None, fcNewMrrOptimistic: _Number = None,
        fcNewArrOptimistic: _Number = None, fcNewMrrPessimistic: _Number = None,
        fcNewArrPessimistic: _Number = None, fcNewStartDate: _Moment = None, length: _Number = None,
        renewalDate: _Moment = None, renewalDaysFromNow: _Integer = None, toDateIncluded: _Boolean = None,
        isOverdue: _Boolean = None, status: _Text = None, issues: Any = None, created_at: _Moment = None,
        updated_at: _Moment = None, company_id: _Reference = None, company_name: _Text = None,
        currency: _Text = None, from_date: _Moment = None, to_date: _Moment = None, fixed_period: _Boolean = None,
        renewal_status: _Text = None, auto_renews: _Boolean = None, renewal_period: _Number = None,
        renewal_unit: _Text = None, notice_period: _Number = None, notice_unit: _Text = None,
        invoice_cycle: _Text = None, invoice_cycle_interval: _Integer = None, invoices_generated: _Boolean = None,
        invoice_muted: _Boolean = None, renewal_mrr: _Number = None, renewal_arr: _Number = None,
        fc_new_mrr: _Number = None, fc_new_arr: _Number = None, fc_new_mrr_optimistic: _Number = None,
        fc_new_arr_optimistic: _Number = None, fc_new_mrr_pessimistic: _Number = None,
        fc_new_arr_pessimistic: _Number = None, fc_new_start_date: _Moment = None, renewal_date: _Moment = None,
        renewal_days_from_now: _Integer = None, to_date_included: _Boolean = None, is_overdue: _Boolean = None,
    ) -> None: ...

class Sale(_revenue.Sale):
    def __init__(
        self, data: Mapping[str, Any] | None = None, id: _Text = None, source_id: _Text = None,
        external_id: _Text = None, custom: _Object = None, *, sourceId: _Text = None, externalId: _Text = None,
        createdAt: _Moment = None, updatedAt: _Moment = None, companyId: _Reference = None,
        companyName: _Text = None, value: _Number = None, product: _Text = None, salesDate: _Moment = None,
        created_at: _Moment = None, updated_at: _Moment = None, company_id: _Reference = None,
        company_name: _Text = None, currency: _Text = None, sales_date: _Moment = None,
    ) -> None: ...

class Opportunity(_revenue.Opportunity):
    def __init__(
        self, data: Mapping[str, Any] | None = None, id: _Text = None, source_id: _Text = None,
        external_id: _Text = None, custom: _Object = None, *, sourceId: _Text = None, externalId: _Text = None,
        createdAt: _Moment = None, updatedAt: _Moment = None, companyId: _Reference = None,
        companyName: _Text = None, title: _Text = None, salesStage: _Text = None, status: _Text = None,
        dealDate: _Moment = None, landingDate: _Moment = None, closeDate: _Moment = None,
        ownerId: _Reference = None, mrr: _Number = None, arr: _Number = None, nrr: _Number = None,
        contractLength: _Integer = None, probability: _Number = None, recurringValue: _Number = None,
        comments: _Objects = None, stageHistory: _Objects = None, created_at: _Moment = None,
        updated_at: _Moment = None, company_id: _Reference = None, company_name: _Text = None,
        sales_stage: _Text = None, deal_date: _Moment = None, landing_date: _Moment = None,
        close_date: _Moment = None, currency: _Text = None, owner_id: _Reference = None,
        contract_length: _Integer = None, recurring_value: _Number = None, stage_history: _Objects = None,
    ) -> None: ...

class Churn(_revenue.Churn):
    def __init__(
        self, data: Mapping[str, Any] | None = None, id: _Text = None, source_id: _Text = None,
        external_id: _Text = None, custom: _Object = None, *, sourceId: _Text = None, createdAt: _Moment = None,
        updatedAt: _Moment = None, companyId: _Reference = None, companyName: _Text = None, value: _Number = None,
        currency: _Text = None, churnDate: _Moment = None, reasons: _Texts = None, comment: _Text = None,
        products: _Texts = None, arr: _Number = None, snoozed: _Boolean = None, onlyDowngrade: _Boolean = None,
        description: _Text = None, created_at: _Moment = None, updated_at: _Moment = None,
        company_id: _Reference = None, company_name: _Text = None, churn_date: _Moment = None,
        only_downgrade: _Boolean = None,
    ) -> None: ...

class Invoice(_revenue.Invoice):
    def __init__(
        self, data: Mapping[str, Any] | None = None, id: _Text = None, source_id: _Text = None,
        external_id: _Text = None, custom: _Object = None, *, sourceId: _Text = None, extId: _Text = None,
        createdAt: _Moment = None, updatedAt: _Moment = None, cId: _Reference = None, cName: _Text = None,
        currency: _Text = None, product: _Text = None, invoiceDate: _Day = None, dueDate: _Day = None,
        paidDate: _Day = None, amountTotal: _Number = None, status: _Text = None, lineItems: _Objects = None,
        addressCountry: _Text = None, invoiceCycle: _Text = None, invoiceNo: _Integer = None, emails: _Texts = None,
        amountDue: _Number = None, amountPaid: _Number = None, comments: Any = None, lastUpdated: _Moment = None,
        created_at: _Moment = None, updated_at: _Moment = None, company_id: _Reference = None,
        company_name: _Text = None, invoice_date: _Day = None, due_date: _Day = None, paid_date: _Day = None,
        amount_total: _Number = None, line_items: _Objects = None, address_country: _Text = None,
        invoice_cycle: _Text = None, invoice_no: _Integer = None, amount_due: _Number = None,
        amount_paid: _Number = None, last_updated: _Moment = None,
    ) -> None: ...

class Product(_revenue.Product):
    def __init__(
        self, data: Mapping[str, Any] | None = None, id: _Text = None, source_id: _Text = None,
        external_id: _Text = None, custom: _Object = None, *, sourceId: _Text = None, externalId: _Text = None,
        createdAt: _Moment = None, updatedAt: _Moment = None, name: _Text = None, type: _Text = None,
        mrr: _Number = None, value: _Number = None, currency: _Text = None, fixedPeriod: _Boolean = None,
        autoRenews: _Boolean = None, length: _Number = None, renewalMrr: _Number = None,
        renewalPeriod: _Number = None, noticePeriod: _Number = None, noticeUnit: _Text = None,
        packages: _Texts = None, color: _Text = None, arr: _Number = None, renewalArr: _Number = None,
        created_at: _Moment = None, updated_at: _Moment = None, fixed_period: _Boolean = None,
        auto_renews: _Boolean = None, renewal_mrr: _Number = None, renewal_period: _Number = None,
        notice_period: _Number = None, notice_unit: _Text = None, renewal_arr: _Number = None,
    ) -> None: ...

class DimensionData(_tenant.DimensionData):
    def __init__(
        self, data: Mapping[str, Any] | None = None, id: _Text = None, source_id: _Text = None,
        external_id: _Text = None, custom: _Object = None, *, createdAt: _Moment = None, updatedAt: _Moment = None,
        companyId: _Reference = None, companyName: _Text = None, dimensionId: _Text = None, value: _Number = None,
        time: _Moment = None, model: _Text = None, parentId: _Reference = None, date: _Moment = None,
        day: _Day = None, timestamp: _Object = None, created_at: _Moment = None, updated_at: _Moment = None,
        company_id: _Reference = None, company_name: _Text = None, dimension_id: _Text = None,
        parent_id: _Reference = None,
    ) -> None: ...

class TimeEntry(_work.TimeEntry):
    def __init__(
        self, data: Mapping[str, Any] | None = None, id: _Text = None, source_id: _Text = None,
        external_id: _Text = None, custom: _Object = None, *, createdAt: _Moment = None, updatedAt: _Moment = None,
        companyId: _Reference = None, companyName: _Text = None, date: _Moment = None, hours: _Number = None,
        description: _Text = None, isTimeOff: _Boolean = None, isBillable: _Boolean = None,
        billingCode: _Text = None, currency: _Text = None, billableRate: _Number = None, costRate: _Number = None,
        assignedId: _Reference = None, assignedModel: _Text = None, path: Any = None, totalBilled: _Number = None,
        totalCost: _Number = None, timesheetStatus: _Text = None, timesheetId: _Reference = None,
        created_at: _Moment = None, updated_at: _Moment = None, company_id: _Reference = None,
        company_name: _Text = None, is_time_off: _Boolean = None, is_billable: _Boolean = None,
        billing_code: _Text = None, billable_rate: _Number = None, cost_rate: _Number = None,
        assigned_id: _Reference = None, assigned_model: _Text = None, total_billed: _Number = None,
        total_cost: _Number = None, timesheet_status: _Text = None, timesheet_id: _Reference = None,
    ) -> None: ...

class Workflow(_work.Workflow):
    def __init__(
        self, data: Mapping[str, Any] | None = None, id: _Text = None, source_id: _Text = None,
        external_id: _Text = None, custom: _Object = None, *, createdAt: _Moment = None, updatedAt: _Moment = None,
        companyId: _Reference = None, companyName: _Text = None, type: _Text = None, name: _Text = None,
        owner: Any = None, status: _Text = None, openRate: _Number = None, clickRate: _Number = None,
        replyRate: _Number = None, bounceRate: _Number = None, targetId: _Reference = None,
        targetName: _Text = None, targetModel: _Text = None, templateId: _Reference = None,
        startDate: _Moment = None, expectedEndDate: _Moment = None, expectedDays: _Number = None,
        actualDays: _Number = None, percentDone: _Number = None, isArchived: _Boolean = None,
        archiveDate: _Moment = None, nextStartTime: _Moment = None, endUserEmail: _Text = None,
        created_at: _Moment = None, updated_at: _Moment = None, company_id: _Reference = None,
        company_name: _Text = None, open_rate: _Number = None, click_rate: _Number = None,
        reply_rate: _Number = None, bounce_rate: _Number = None, target_id: _Reference = None,
        target_name: _Text = None, target_model: _Text = None, template_id: _Reference = None,
        start_date: _Moment = None, expected_end_date: _Moment = None, expected_days: _Number = None,
        actual_days: _Number = None, percent_done: _Number = None, is_archived: _Boolean = None,
        archive_date: _Moment = None, next_start_time: _Moment = None, end_user_email: _Text = None,
    ) -> None: ...

class Note(_conversations.Note, Conversation):
    def __init__(
        self, data: Mapping[str, Any] | None = None, id: _Text = None, source_id: _Text = None,
        external_id: _Text = None, custom: _Object = None, *, sourceId: _Text = None, externalId: _Text = None,
        createdAt: _Moment = None, updatedAt: _Moment = None, companyId: _Reference = None,
        companyName: _Text = None, type: _Text = None, subject: _Text = None, description: _Text = None,
        date: _Moment = None, outDate: _Moment = None, users: _Objects = None, endusers: _Objects = None,
        ownerId: _Reference = None, activityTags: _References = None, useSubject: _Boolean = None,
        companyExternalId: _Text = None, starred: _Boolean = None, pinned: _Boolean = None,
        archived: _Boolean = None, source: _Text = None, startDate: _Moment = None, tags: _Texts = None,
        history: _Objects = None, snippet: _Text = None, createDate: _Moment = None, userIds: _References = None,
        isOpen: _Boolean = None, isSeen: _Boolean = None, isCustomType: _Boolean = None,
        hasAttachments: _Boolean = None, hasMore: _Boolean = None, waitsToBeFiltered: _Boolean = None,
        autoTags: Any = None, emailTemplateIds: _References = None, timeBucket: _Texts = None, sender: Any = None,
        followers: _References = None, numberOfParts: _Integer = None, numberOfRelevantParts: _Integer = None,
        assigneeName: _Text = None, companySourceId: _Text = None, nickName: _Text = None,
        userId: _Reference = None, owner: _Reference = None, note: _Text = None, created_at: _Moment = None,
        updated_at: _Moment = None, company_id: _Reference = None, company_name: _Text = None,
        out_date: _Moment = None, owner_id: _Reference = None, activity_tags: _References = None,
        use_subject: _Boolean = None, company_external_id: _Text = None, start_date: _Moment = None,
        create_date: _Moment = None, user_ids: _References = None, is_open: _Boolean = None,
        is_seen: _Boolean = None, is_custom_type: _Boolean = None, has_attachments: _Boolean = None,
        has_more: _Boolean = None, waits_to_be_filtered: _Boolean = None, auto_tags: Any = None,
        email_template_ids: _References = None, time_bucket: _Texts = None, number_of_parts: _Integer = None,
        number_of_relevant_parts: _Integer = None, assignee_name: _Text = None, company_source_id: _Text = None,
        nick_name: _Text = None, user_id: _Reference = None,
    ) -> None: ...

class Deal(_revenue.Deal):
    def __init__(
        self, data: Mapping[str, Any] | None = None, id: _Text = None, source_id: _Text = None,
        external_id: _Text = None, custom: _Object = None, *, sourceId: _Text = None, externalId: _Text = None,
        createdAt: _Moment = None, updatedAt: _Moment = None, companyId: _Reference = None,
        companyName: _Text = None, name: _Text = None, stage: _Text = None, ownerId: _Reference = None,
        followers: _References = None, mrr: _Number = None, total: _Number = None, fees: _Number = None,
        currency: _Text = None, closeDate: _Moment = None, arr: _Number = None, renewalDate: _Moment = None,
        startDate: _Moment = None, endDate: _Moment = None, created_at: _Moment = None, updated_at: _Moment = None,
        company_id: _Reference = None, company_name: _Text = None, owner_id: _Reference = None,
        close_date: _Moment = None, renewal_date: _Moment = None, start_date: _Moment = None,
        end_date: _Moment = None,
    ) -> None: ...

class Asset(_work.Asset):
    def __init__(
        self, data: Mapping[str, Any] | None = None, id: _Text = None, source_id: _Text = None,
        external_id: _Text = None, custom: _Object = None, *, sourceId: _Text = None, externalId: _Text = None,
        createdAt: _Moment = None, updatedAt: _Moment = None, companyId: _Reference = None,
        companyName: _Text = None, name: _Text = None, serialNumber: _Text = None, value: _Number = None,
        installDate: _Moment = None, status: _Text = None, ownerId: _Reference = None, ownerName: _Text = None,
        followers: _References = None, usage: Any = None, path: Any = None, parentObject: Any = None,
        created_at: _Moment = None, updated_at: _Moment = None, company_id: _Reference = None,
        company_name: _Text = None, serial_number: _Text = None, currency: _Text = None,
        install_date: _Moment = None, owner_id: _Reference = None, owner_name: _Text = None,
        parent_object: Any = None,
    ) -> None: ...

class Campaign(_work.Campaign):
    def __init__(
        self, data: Mapping[str, Any] | None = None, id: _Text = None, source_id: _Text = None,
        external_id: _Text = None, custom: _Object = None, *, sourceId: _Text = None, externalId: _Text = None,
        createdAt: _Moment = None, updatedAt: _Moment = None, companyId: _Reference = None,
        companyName: _Text = None, name: _Text = None, campaignPurpose: _Text = None, created_at: _Moment = None,
        updated_at: _Moment = None, company_id: _Reference = None, company_name: _Text = None,
        campaign_purpose: _Text = None,
    ) -> None: ...

class Objective(_work.Objective):
    def __init__(
        self, data: Mapping[str, Any] | None = None, id: _Text = None, source_id: _Text = None,
        external_id: _Text = None, custom: _Object = None, *, sourceId: _Text = None, externalId: _Text = None,
        createdAt: _Moment = None, updatedAt: _Moment = None, companyId: _Reference = None,
        companyName: _Text = None, name: _Text = None, health: _Number = None, created_at: _Moment = None,
        updated_at: _Moment = None, company_id: _Reference = None, company_name: _Text = None,
    ) -> None: ...

class Workspace(_work.Workspace):
    def __init__(
        self, data: Mapping[str, Any] | None = None, id: _Text = None, source_id: _Text = None,
        external_id: _Text = None, custom: _Object = None, *, sourceId: _Text = None, externalId: _Text = None,
        createdAt: _Moment = None, updatedAt: _Moment = None, companyId: _Reference = None,
        companyName: _Text = None, name: _Text = None, ownerId: _Reference = None, created_at: _Moment = None,
        updated_at: _Moment = None, company_id: _Reference = None, company_name: _Text = None,
        owner_id: _Reference = None,
    ) -> None: ...

class Project(_work.Project):
    def __init__(
        self, data: Mapping[str, Any] | None = None, id: _Text = None, source_id: _Text = None,
        external_id: _Text = None, custom: _Object = None, *, sourceId: _Text = None, externalId: _Text = None,
        createdAt: _Moment = None, updatedAt: _Moment = None, companyId: _Reference = None,
        companyName: _Text = None, name: _Text = None, currency: _Text = None, startDate: _Moment = None,
        endDate: _Moment = None, mrr: _Number = None, arr: _Number = None, nrr: _Number = None,
        created_at: _Moment = None, updated_at: _Moment = None, company_id: _Reference = None,
        company_name: _Text = None, start_date: _Moment = None, end_date: _Moment = None,
    ) -> None: ...

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
