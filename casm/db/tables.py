"""Every mapped class in one place, so that the schema is complete whoever imports it."""

from casm.assessments.result import Result, ResultLayer
from casm.audit.event import AuditEvent
from casm.db.columns import Base, OwnedRow
from casm.intake.batch_record import ImportBatch, ImportProblem
from casm.inventory.agency import Agency
from casm.inventory.agreement import Agreement, AgreementAsset, AgreementParty
from casm.inventory.backhaul import BackhaulLink, LinkCarriesSystem, MicrowavePath
from casm.inventory.channel import Channel
from casm.inventory.contact import Contact
from casm.inventory.encryption import FleetEncryption, ResourceEncryption
from casm.inventory.fleet import Fleet, Template, TemplateSlot
from casm.inventory.gateway import Gateway, GatewayPort
from casm.inventory.history import History
from casm.inventory.jurisdiction import Jurisdiction
from casm.inventory.licence import Licence
from casm.inventory.need import Need, NeedParty
from casm.inventory.owner import Owner, OwnerClosure
from casm.inventory.radio_cache import RadioCache
from casm.inventory.radio_system import RadioSystem, SystemPeer
from casm.inventory.sensitive import BackhaulLinkSensitive, SiteSensitive
from casm.inventory.site import Site
from casm.inventory.station import Station, StationFrequency
from casm.inventory.talkgroup import Talkgroup
from casm.jobs.job import Job
from casm.sharing.grant import SharingGrant
from casm.sharing.handling import HandlingText
from casm.sharing.membership import Membership
from casm.sharing.share_link import ShareLink

__all__ = [
    "Agency", "Agreement", "AgreementAsset", "AgreementParty", "AuditEvent", "BackhaulLink", "BackhaulLinkSensitive",
    "Base", "Channel", "Contact", "Fleet", "FleetEncryption", "Gateway", "GatewayPort", "HandlingText", "History",
    "ImportBatch", "ImportProblem", "Job", "Jurisdiction", "Licence", "LinkCarriesSystem", "Membership",
    "MicrowavePath", "Need", "NeedParty", "OwnedRow", "Owner", "OwnerClosure", "RadioCache", "RadioSystem",
    "ResourceEncryption", "Result", "ResultLayer", "ShareLink", "SharingGrant", "Site", "SiteSensitive", "Station",
    "StationFrequency", "SystemPeer", "Talkgroup", "Template", "TemplateSlot",
]  # fmt: skip
