"""Who may use what: own assets, agreements in force, licences in force, the rule of national channels."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from geo.interop.answer import Verdict, disjunction
from geo.interop.freshness import Freshness
from geo.interop.reason import YES, Code, Finding, Record, all_of, any_of, missing, no, yes
from geo.interop.resource import Channel, RadioSystem, Resource, Talkgroup

A = Code.AUTHORITY


@dataclass(frozen=True)
class Agency:
    """An agency and the owners whose assets are its own (itself, and its county, city or tribe)."""

    record: Record
    discipline: str | None
    own_owner_ids: frozenset[str]
    level: str | None = None

    @property
    def id(self) -> str:
        """The record's id."""
        return self.record.id

    @property
    def name(self) -> str:
        """The record's name."""
        return self.record.name


@dataclass(frozen=True)
class Agreement:
    """Who may use which assets, and from when until when. ``open_ended``: in force until ended."""

    record: Record
    party_ids: frozenset[str]
    asset_ids: frozenset[str]
    effective_on: date | None
    expires_on: date | None
    open_ended: bool = False


@dataclass(frozen=True)
class Licence:
    """An authorisation to transmit under a call sign, and its term."""

    record: Record
    call_sign: str
    owner_id: str
    status: str | None
    expires_on: date | None
    cancelled_on: date | None = None


def agreement_in_force(agreement: Agreement, freshness: Freshness) -> Finding:
    """Whether an agreement's term holds on the day asked for."""
    record, today = agreement.record, freshness.as_of
    if agreement.effective_on is not None and agreement.effective_on > today:
        finding = no(A, f"{record.label} takes effect on {agreement.effective_on.isoformat()}", record)
    elif agreement.expires_on is not None and agreement.expires_on < today:
        finding = no(A, f"{record.label} expired on {agreement.expires_on.isoformat()}", record)
    elif agreement.effective_on is None:
        finding = missing(A, f"{record.label} does not say from when it holds", record)
    elif agreement.expires_on is None and not agreement.open_ended:
        finding = missing(A, f"{record.label} does not say until when it holds", record)
    else:
        finding = yes(record)
    return freshness.judge(finding, A)


def licence_in_force(licence: Licence, freshness: Freshness) -> Finding:
    """Whether a licence holds on the day asked for."""
    record, today = licence.record, freshness.as_of
    if licence.cancelled_on is not None and licence.cancelled_on <= today:
        finding = no(A, f"{record.label} was cancelled on {licence.cancelled_on.isoformat()}", record)
    elif licence.expires_on is not None and licence.expires_on < today:
        finding = no(A, f"{record.label} expired on {licence.expires_on.isoformat()}", record)
    elif licence.status not in (None, "active"):
        finding = no(A, f"{record.label} is {licence.status}", record)
    elif licence.expires_on is None:
        finding = missing(A, f"{record.label} does not say when it expires", record)
    else:
        finding = yes(record)
    return freshness.judge(finding, A)


class Authorities:
    """Answers who may use what, from one set of agreements and licences; answers are kept."""

    def __init__(
        self,
        agreements: Iterable[Agreement],
        licences: Iterable[Licence],
        systems: Mapping[str, RadioSystem],
        freshness: Freshness,
    ) -> None:
        self._systems = systems
        self._freshness = freshness
        self._by_asset: dict[str, list[Agreement]] = {}
        for agreement in agreements:
            for asset_id in agreement.asset_ids:
                self._by_asset.setdefault(asset_id, []).append(agreement)
        self._by_call_sign: dict[str, list[Licence]] = {}
        self._by_owner: dict[str, list[Licence]] = {}
        for licence in licences:
            self._by_call_sign.setdefault(licence.call_sign, []).append(licence)
            self._by_owner.setdefault(licence.owner_id, []).append(licence)
        self._resource_answers: dict[tuple[str, str], Finding] = {}

    def to_use(self, agency: Agency, resource: Resource) -> Finding:
        """Whether the agency may transmit on a channel or talkgroup (its area limit is judged by place)."""
        if not resource.available:
            return missing(A, f"{resource.record.label} is unavailable", resource.record)
        key = (agency.id, resource.id)
        if key not in self._resource_answers:
            if isinstance(resource, Talkgroup):
                finding = self._talkgroup(agency, resource)
            else:
                finding = self._channel(agency, resource)
            self._resource_answers[key] = finding
        return self._resource_answers[key]

    def to_use_system(self, agency: Agency, system: RadioSystem) -> Finding:
        """Whether the agency may work on a system, as for a join: its own, or any agreement on it."""
        return self.to_use_asset(agency, system.record, (system.id,))

    def to_use_asset(self, agency: Agency, record: Record, asset_ids: tuple[str, ...] = ()) -> Finding:
        """Whether the agency may use an asset: its own, or under an agreement in force that names it."""
        if record.owner_id in agency.own_owner_ids:
            return self._freshness.judge(yes(record), A)
        covering = {
            agreement.record.id: agreement
            for asset_id in asset_ids or (record.id,)
            for agreement in self._by_asset.get(asset_id, ())
            if agency.id in agreement.party_ids
        }
        none = no(A, f"no agreement on record lets {agency.name} use {record.label}", agency.record, record)
        return any_of((agreement_in_force(covering[key], self._freshness) for key in sorted(covering)), otherwise=none)

    def _talkgroup(self, agency: Agency, talkgroup: Talkgroup) -> Finding:
        system = self._systems.get(talkgroup.system_id)
        if system is None:
            return missing(A, f"the system of {talkgroup.record.label} is unavailable", talkgroup.record)
        right = self.to_use_asset(agency, talkgroup.record, (talkgroup.id, system.id))
        return all_of((right, self._licensed(system.record, system.call_signs)))

    def _channel(self, agency: Agency, channel: Channel) -> Finding:
        eligible = self.eligible(agency, channel)
        if channel.federal:
            return all_of((eligible, self._federal_rule(agency, channel)))
        if channel.national:
            return all_of((eligible, self._national_rule(agency, channel)))
        assets = (channel.id,) if channel.system_id is None else (channel.id, channel.system_id)
        right = self.to_use_asset(agency, channel.record, assets)
        return all_of((eligible, right, self._licensed(channel.record, channel.call_signs)))

    def eligible(self, agency: Agency, channel: Resource) -> Finding:
        """Whether the agency is of a discipline that a channel is for, whoever's radio it holds."""
        if not isinstance(channel, Channel) or not channel.eligible_disciplines:
            return YES
        if agency.discipline is None:
            text = f"the discipline of {agency.record.label} is not stated, and {channel.record.label} asks for one"
            return missing(A, text, agency.record)
        if agency.discipline in channel.eligible_disciplines:
            return self._freshness.judge(yes(agency.record, channel.record), A)
        allowed = ", ".join(sorted(channel.eligible_disciplines))
        text = f"{channel.record.label} is for {allowed}, and {agency.name} is {agency.discipline}"
        return self._freshness.judge(no(A, text, agency.record, channel.record), A)

    def _federal_rule(self, agency: Agency, channel: Channel) -> Finding:
        """A federal channel is for federal agencies, and for others by agreement (NIFOG, federal channels)."""
        by_agreement = self.to_use_asset(agency, channel.record)
        if agency.level is None:
            text = f"the level of {agency.name} is not stated, and {channel.record.label} is federal"
            return any_of((by_agreement, missing(A, text, agency.record)), otherwise=by_agreement)
        federal = self._freshness.judge(yes(agency.record), A)
        return federal if agency.level == "federal" else by_agreement

    def _national_rule(self, agency: Agency, channel: Channel) -> Finding:
        """A national channel may be used by whoever holds a Part 90 licence in force (47 CFR 90.20(d)(80), NIFOG)."""
        held = [licence for owner in sorted(agency.own_owner_ids) for licence in self._by_owner.get(owner, ())]
        text = f"no licence of {agency.name} is on record, and {channel.record.label} asks for one"
        return any_of(
            (licence_in_force(licence, self._freshness) for licence in held),
            otherwise=missing(A, text, agency.record),
        )

    def _licensed(self, record: Record, call_signs: tuple[str, ...]) -> Finding:
        """Whether somebody's licence in force stands behind an asset: any one call sign of it.

        Stations without one are left out of its coverage one by one, so one lapsed call sign does not close
        a whole system.
        """
        if not call_signs:
            return missing(A, f"no call sign is on record for {record.label}", record)
        return any_of((self._call_sign(call_sign, record) for call_sign in call_signs), otherwise=YES)

    def _call_sign(self, call_sign: str, record: Record) -> Finding:
        licences = self._by_call_sign.get(call_sign, ())
        unavailable = missing(A, f"licence {call_sign} of {record.label} is not on record", record)
        return any_of((licence_in_force(licence, self._freshness) for licence in licences), otherwise=unavailable)

    def station_licensed(self, call_sign: str | None) -> Verdict:
        """Whether a station under this call sign may be on the air."""
        if not call_sign or call_sign not in self._by_call_sign:
            return Verdict.UNKNOWN
        found = (licence_in_force(licence, self._freshness) for licence in self._by_call_sign[call_sign])
        return disjunction(finding.verdict for finding in found)
