"""Every mapped class in one place, so that the schema is complete whoever imports it."""

from casm.assessments.result import Result, ResultLayer
from casm.audit.event import AuditEvent
from casm.db.columns import Base, OwnedRow
from casm.intake.batch_record import ImportBatch, ImportProblem
from casm.inventory.agency import Agency
from casm.inventory.agreement import Agreement, AgreementAsset, AgreementParty
from casm.inventory.alert_originator import AlertOriginator
from casm.inventory.attachment import Attachment, AttachmentContent
from casm.inventory.backhaul import BackhaulLink, LinkCarriesSystem, MicrowavePath
from casm.inventory.broadband_service import BroadbandService, BroadbandServiceSensitive
from casm.inventory.cache_checkout import CacheCheckout
from casm.inventory.channel import Channel
from casm.inventory.comm_unit import CommUnitMember, CommUnitMemberContact, CommUnitQualification
from casm.inventory.contact import Contact
from casm.inventory.custom_field import CustomField, CustomValue
from casm.inventory.dispatch_center import DispatchCenter, DispatchCenterAgency, DispatchCenterPeer
from casm.inventory.encryption import FleetEncryption, ResourceEncryption
from casm.inventory.fleet import Fleet, Template, TemplateSlot
from casm.inventory.gateway import Gateway, GatewayPort
from casm.inventory.history import History
from casm.inventory.jurisdiction import Jurisdiction
from casm.inventory.licence import Licence
from casm.inventory.mobile_comm_vehicle import MobileCommVehicle
from casm.inventory.need import Need, NeedParty
from casm.inventory.owner import Owner, OwnerClosure
from casm.inventory.radio import Radio
from casm.inventory.radio_cache import RadioCache
from casm.inventory.radio_system import RadioSystem, SystemPeer
from casm.inventory.sensitive import BackhaulLinkSensitive, SiteSensitive
from casm.inventory.site import Site
from casm.inventory.station import Station, StationFrequency
from casm.inventory.talkgroup import Talkgroup
from casm.jobs.job import Job
from casm.notices.notice import Notice
from casm.proposals.proposal import Proposal, ProposalRule
from casm.quality.dismissal_record import FindingDismissal
from casm.quality.merge_record import RecordMerge
from casm.sharing.grant import SharingGrant
from casm.sharing.handling import HandlingText
from casm.sharing.membership import Membership
from casm.sharing.share_link import ShareLink

__all__ = [
    "Agency", "Agreement", "AgreementAsset", "AgreementParty", "AlertOriginator", "Attachment", "AttachmentContent",
    "AuditEvent", "BackhaulLink", "BackhaulLinkSensitive", "Base", "BroadbandService", "BroadbandServiceSensitive",
    "CacheCheckout", "Channel", "CommUnitMember", "CommUnitMemberContact", "CommUnitQualification", "Contact",
    "CustomField", "CustomValue", "DispatchCenter", "DispatchCenterAgency", "DispatchCenterPeer", "FindingDismissal",
    "Fleet", "FleetEncryption", "Gateway", "GatewayPort", "HandlingText", "History", "ImportBatch", "ImportProblem",
    "Job", "Jurisdiction", "Licence", "LinkCarriesSystem", "Membership", "MicrowavePath", "MobileCommVehicle", "Need",
    "NeedParty", "Notice", "OwnedRow", "Owner", "OwnerClosure", "Proposal", "ProposalRule", "Radio", "RadioCache",
    "RadioSystem", "RecordMerge",
    "ResourceEncryption", "Result", "ResultLayer", "ShareLink", "SharingGrant", "Site", "SiteSensitive", "Station",
    "StationFrequency", "SystemPeer", "Talkgroup", "Template", "TemplateSlot",
]  # fmt: skip
