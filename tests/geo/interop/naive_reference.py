"""The definition of interoperability written a second time, as slowly and plainly as can be.

Cell by cell, every combination of radios, resources, ports and lent radios; no bit sets, no nets, no memory.
It shares the input classes with geo.interop and nothing else. Verdicts are 0 no, 1 unknown, 2 yes.
"""

from itertools import product

from geo.interop.resource import Channel, Talkgroup
from geo.interop.side_coverage import ComputedCoverage
from geo.interop.world import World

NO, OPEN, YES = 0, 1, 2


class Reference:
    """Levels of a set of agencies in a cell of a world."""

    def __init__(self, world: World, target: float, minutes: int) -> None:
        self.w, self.target, self.minutes = world, target, minutes
        self.today = world.freshness.as_of
        self.due = self.today.replace(year=self.today.year - 1)
        self.resources = [*world.talkgroups, *world.channels]

    # --- what a row is worth

    def fresh(self, *records) -> bool:
        days = [r.verified_on for r in records if r is not None]
        return all(day is not None and self.due <= day <= self.today for day in days)

    def rest(self, verdict: int, *records) -> int:
        return verdict if self.fresh(*records) else OPEN

    def system(self, system_id):
        return next((s for s in self.w.systems if s.record.id == system_id), None)

    # --- authority

    def licence(self, lic) -> int:
        over = (
            (lic.cancelled_on is not None and lic.cancelled_on <= self.today)
            or (lic.expires_on is not None and lic.expires_on < self.today)
            or lic.status not in (None, "active")
        )
        return self.rest(NO if over else OPEN if lic.expires_on is None else YES, lic.record)

    def agreement(self, agr) -> int:
        if (agr.effective_on and agr.effective_on > self.today) or (agr.expires_on and agr.expires_on < self.today):
            verdict = NO
        elif agr.effective_on is None or (agr.expires_on is None and not agr.open_ended):
            verdict = OPEN
        else:
            verdict = YES
        return self.rest(verdict, agr.record)

    def right(self, agency, record, asset_ids) -> int:
        if record.owner_id in agency.own_owner_ids:
            return self.rest(YES, record)
        covering = [a for a in self.w.agreements if agency.id in a.party_ids and a.asset_ids & set(asset_ids)]
        return max((self.agreement(a) for a in covering), default=NO)

    def call_signs(self, signs) -> int:
        if not signs:
            return OPEN
        return max(
            max((self.licence(lic) for lic in self.w.licences if lic.call_sign == sign), default=OPEN) for sign in signs
        )

    def authority(self, agency, resource) -> int:
        if isinstance(resource, Talkgroup):
            system = self.system(resource.system_id)
            return min(
                self.right(agency, resource.record, (resource.id, system.id)), self.call_signs(system.call_signs)
            )
        eligible = self.eligible(agency, resource)
        if resource.national:
            held = [lic for lic in self.w.licences if lic.owner_id in agency.own_owner_ids]
            return min(eligible, max((self.licence(lic) for lic in held), default=OPEN))
        return min(eligible, self.right(agency, resource.record, (resource.id,)), self.call_signs(resource.call_signs))

    def eligible(self, agency, resource) -> int:
        if isinstance(resource, Talkgroup) or not resource.eligible_disciplines:
            return YES
        if agency.discipline is None:
            return OPEN
        allowed = agency.discipline in resource.eligible_disciplines
        return self.rest(YES if allowed else NO, agency.record, resource.record)

    # --- radios

    def contains(self, known, wanted, *records) -> int:
        if known is None:
            return OPEN
        return self.rest(YES if wanted <= known else NO, *records)

    def band(self, fleet, resource, system) -> int:
        if isinstance(resource, Channel):
            figures = resource.figures
            return min(
                OPEN
                if freq is None
                else self.contains(fleet.bands, {"VHF" if freq < 200e6 else "UHF"}, fleet.record, resource.record)
                for freq in (figures.rx_freq_hz, figures.tx_freq_hz)
            )
        if system.bands is None or fleet.bands is None:
            return OPEN
        shared = len(system.bands & fleet.bands)
        verdict = NO if shared == 0 else YES if shared == len(system.bands) else OPEN
        return self.rest(verdict, fleet.record, system.record)

    def mode(self, fleet, resource, system) -> int:
        if isinstance(resource, Channel):
            if resource.figures.mode is None or fleet.modes is None:
                return OPEN
            mode = resource.figures.mode
            wanted = {"analog_fm", "p25_phase1"} if mode == "mixed_fm_p25" else {mode}
            if wanted & fleet.modes and wanted - fleet.modes:
                return OPEN
            return self.rest(YES if wanted & fleet.modes else NO, fleet.record, resource.record)
        if system.technology is None:
            return OPEN
        has = self.contains(fleet.modes, {system.technology.replace("phase2", "phase1")}, fleet.record, system.record)
        if resource.access in ("fdma", "dynamic") or (resource.access is None and system.technology != "p25_phase2"):
            tdma = self.rest(YES, resource.record)
        elif fleet.tdma_capable:
            tdma = self.rest(YES, fleet.record, resource.record)
        elif resource.access is None or fleet.tdma_capable is None:
            tdma = OPEN
        else:
            tdma = self.rest(NO, fleet.record, resource.record)
        return min(has, tdma)

    def programmed(self, fleet, resource, joined=None) -> int:
        """Whether all radios of a fleet have the resource and, on a joined system, something of that too."""
        carried = [t for t in fleet.templates if t.programmed_radio_count != 0 or not self.fresh(t.record)]
        if not carried:
            return OPEN
        found = []
        for load in carried:
            later = load.programmed_on is not None and load.programmed_on > self.today
            if not load.slots or later or not self.fresh(load.record):
                found.append(OPEN)
                continue
            held = [r for r in self.resources for s in load.slots if s.resource_id == r.id and not s.receive_only]
            both = resource in held and (
                joined is None or any(isinstance(r, Talkgroup) and r.system_id == joined.id for r in held)
            )
            found.append(YES if both else NO)
        counts = [load.programmed_radio_count for load in carried]
        short = fleet.radio_count is not None and None not in counts and sum(counts) < fleet.radio_count
        if set(found) == {NO}:
            return NO
        return YES if set(found) == {YES} and not short else OPEN

    def in_hand(self, fleet) -> int:
        return self.rest(NO, fleet.record) if fleet.radio_count == 0 else YES

    def ciphers(self, resource):
        """(algorithm, key) choices; ("?", None) where not stated."""
        enc = resource.encryption
        if isinstance(resource, Channel) and resource.figures.mode == "analog_fm":
            return [("none", None)]
        if isinstance(resource, Channel) and resource.national and enc is None:
            return [("none", None)]
        if enc is None or enc.state is None:
            return [("?", None)]
        if enc.state == "clear":
            return [("none", None)]
        coded = (enc.algorithm or "?", enc.key_reference)
        return [coded] if enc.state == "strapped" else [("none", None), coded]

    def keyed(self, fleet, resource, cipher) -> int:
        row = resource.encryption.record if resource.encryption else None
        algorithm, key = cipher
        if algorithm == "none":
            return self.rest(YES, row)
        if algorithm == "?" or fleet.keys is None or fleet.keys.algorithms is None:
            return OPEN
        if algorithm not in fleet.keys.algorithms:
            return self.rest(NO, fleet.keys.record, row)
        if key is None or fleet.keys.key_references is None:
            return OPEN
        return self.rest(YES if key in fleet.keys.key_references else NO, fleet.keys.record, row)

    # --- one side on one resource in one cell: pairs of (proven, possible) truth

    def at(self, entry, cell) -> int:
        if not isinstance(entry, ComputedCoverage):
            return OPEN
        loosest = entry.possible or entry.proven
        if entry.proven.talk_out[cell] >= self.target and entry.proven.talk_in[cell] >= self.target:
            return YES
        return NO if loosest.talk_out[cell] < self.target or loosest.talk_in[cell] < self.target else OPEN

    def covered(self, fleet, carrier_ids, cell) -> int:
        book = self.w.coverage
        served = [c for c in carrier_ids if c in book.carriers]
        if not served:
            return OPEN
        profile = fleet.coverage_profile if fleet else None
        if profile is None:
            return OPEN
        return max(self.at(book.entries.get((c, profile)), cell) for c in served)

    def carriers(self, channel):
        if channel.figures.stated and self.fresh(channel.record):
            return [
                c.id for c in self.w.channels
                if c.id == channel.id or (c.figures == channel.figures and self.fresh(c.record))
            ]  # fmt: skip
        return [channel.id]

    def maybe_direct(self, channel) -> bool:
        rx, tx = channel.figures.rx_freq_hz, channel.figures.tx_freq_hz
        unstated = channel.configuration is None and (rx is None or tx is None or rx == tx)
        return channel.configuration == "simplex" or unstated

    def sendable(self, resource) -> int:
        listening = isinstance(resource, Channel) and resource.configuration == "receive_only"
        return self.rest(NO, resource.record) if listening else YES

    def left(self, cache, fleet, borrowers) -> int:
        """Whether so many radios of a cache's fleet are surely left, whichever are out."""
        if cache is None or fleet is None:
            return YES
        counts = [f.radio_count for f in cache.fleets if f is not fleet]
        if fleet.radio_count is not None and fleet.radio_count < borrowers:
            return OPEN
        if not counts or cache.available_radio_count is None:
            return self.rest(YES, cache.record, fleet.record)
        if None in counts or cache.available_radio_count - sum(counts) < borrowers:
            return OPEN
        return self.rest(YES, cache.record, *(f.record for f in cache.fleets))

    def side(self, agency, fleet, resource, cipher, cell, cache=None, borrowers=0, only=None) -> int:
        """The best verdict of an agency's radios on a resource in a cell, place included."""
        may = self.authority(agency, resource)
        if cache is not None:
            lender = next((a for a in self.w.agencies if a.id == cache.agency_id), None)
            may = max(may, self.authority(lender, resource) if lender else OPEN)
            may = min(may, self.eligible(agency, resource), self.left(cache, fleet, borrowers))
        may = min(may, self.sendable(resource))
        can = OPEN if fleet is None else min(self.in_hand(fleet), self.keyed(fleet, resource, cipher))
        has = OPEN if fleet is None else self.programmed(fleet, resource)
        if isinstance(resource, Channel):
            area = self.w.areas.get(resource.id)
            here = YES if area is None or area[cell] else NO
            fit = YES if fleet is None else min(self.band(fleet, resource, None), self.mode(fleet, resource, None))
            carriers = [c for c in self.carriers(resource) if only in (None, c)]
            if only is not None and not carriers:
                return NO
            seen = OPEN if self.maybe_direct(resource) else self.covered(fleet, carriers, cell)
            return min(may, can, has, fit, here, seen)
        home = self.system(resource.system_id)
        ways = [min(has, self.fits(fleet, resource, home), self.covered(fleet, [home.id], cell))]
        for peer in home.peers:
            other = self.system(peer.system_id)
            up = self.rest({True: YES, False: NO, None: OPEN}[peer.in_force], peer.record)
            if peer.in_force is None:
                up = OPEN
            standard = (
                OPEN if other.standards_based is None else self.rest(YES if other.standards_based else NO, other.record)
            )
            on_it = OPEN if fleet is None else self.programmed(fleet, resource, other)
            carried = OPEN
            if peer.carried_ids is not None:
                carried = self.rest(YES if resource.id in peer.carried_ids else NO, peer.record)
            guest = YES if cache is not None else self.right(agency, other.record, (other.id,))
            fit = self.fits(fleet, resource, other)
            ways.append(min(up, carried, standard, on_it, guest, fit, self.covered(fleet, [other.id], cell)))
        return min(may, can, max(ways))

    def fits(self, fleet, talkgroup, system) -> int:
        return YES if fleet is None else min(self.band(fleet, talkgroup, system), self.mode(fleet, talkgroup, system))

    def best(self, agency, resource, cipher, cell, cache=None, borrowers=0, only=None) -> int:
        fleets = cache.fleets if cache is not None else self.w.fleets.get(agency.id, ())
        return max(
            self.side(agency, fleet, resource, cipher, cell, cache, borrowers, only) for fleet in fleets or (None,)
        )

    # --- two channels

    def same(self, c, c_cipher, d, d_cipher) -> int:
        if c.id == d.id and c_cipher == d_cipher:
            return YES
        a, b = c.figures, d.figures
        rows = (c.record, d.record)

        def equal(x, y):
            return OPEN if x is None or y is None else self.rest(YES if x == y else NO, *rows)

        def tone(squelch):
            return None if squelch.kind is None else squelch

        def opens(sent, receiver, sender, hearer):
            if receiver.kind == "csq":
                return self.rest(YES, hearer.record)
            if receiver.kind is None or sent.kind is None:
                return OPEN
            return self.rest(YES if sent == receiver else NO, sender.record, hearer.record)

        heard = equal(tone(a.rx_squelch), tone(b.rx_squelch))
        if a.rx_squelch.kind is None or b.rx_squelch.kind is None or a.rx_squelch == b.rx_squelch:
            pass
        elif a.rx_freq_hz and a.rx_freq_hz == a.tx_freq_hz and b.rx_freq_hz and b.rx_freq_hz == b.tx_freq_hz:
            heard = min(opens(a.tx_squelch, b.rx_squelch, c, d), opens(b.tx_squelch, a.rx_squelch, d, c))
        elif "csq" in (a.rx_squelch.kind, b.rx_squelch.kind):
            heard = self.rest(YES, *rows)
        mode = equal(a.mode, b.mode)
        if a.mode != b.mode and "mixed_fm_p25" in (a.mode, b.mode) and None not in (a.mode, b.mode):
            mode = OPEN
        enc_rows = [x.encryption.record if x.encryption else x.record for x in (c, d)]
        unclear = [x for x in (c_cipher, d_cipher) if x[0] == "?" or (x[0] != "none" and x[1] is None)]
        if not unclear:
            cipher = self.rest(YES if c_cipher == d_cipher else NO, *enc_rows)
        else:
            algorithms, keys = {c_cipher[0], d_cipher[0]} - {"?"}, {c_cipher[1], d_cipher[1]} - {None}
            cipher = self.rest(NO, *enc_rows) if len(algorithms) == 2 or len(keys) == 2 else OPEN
        return min(
            equal(a.rx_freq_hz, b.rx_freq_hz), equal(a.tx_freq_hz, b.tx_freq_hz), heard,
            equal(tone(a.tx_squelch), tone(b.tx_squelch)), equal(a.bandwidth, b.bandwidth), mode, cipher,
        )  # fmt: skip

    # --- methods in a cell

    def shared(self, agencies, cell, caches) -> dict[int, int]:
        """Verdict by level of talkgroups and channels; `caches` gives each member its own radios (None) or a cache."""
        verdicts = {5: NO, 4: NO, 3: NO}
        lent = sum(cache is not None for cache in caches)
        for tg in self.w.talkgroups:
            system = self.system(tg.system_id)
            standard = (
                OPEN
                if system.standards_based is None
                else self.rest(YES if system.standards_based else NO, system.record)
            )
            for cipher in self.ciphers(tg):
                both = min(self.best(a, tg, cipher, cell, k, lent) for a, k in zip(agencies, caches, strict=True))
                verdicts[5] = max(verdicts[5], min(both, standard))
                if standard != YES:
                    verdicts[4] = max(verdicts[4], both)
        options = [[(c, cipher) for c in self.w.channels for cipher in self.ciphers(c)]] * len(agencies)
        for combination in product(*options):
            sides = list(zip(agencies, caches, combination, strict=True))
            verdict, *by_one = [
                min(self.best(a, c, cipher, cell, k, lent, only) for a, k, (c, cipher) in sides)
                for only in (None, *(c.id for c in self.w.channels))
            ]
            if verdict == YES and YES not in by_one:
                verdict = OPEN
            for i, (c, c_cipher) in enumerate(combination):
                for d, d_cipher in combination[i + 1 :]:
                    verdict = min(verdict, self.same(c, c_cipher, d, d_cipher))
            verdicts[3] = max(verdicts[3], verdict)
        return verdicts

    def port(self, gateway, port, resource) -> int:
        """Whether the gateway may use the resource on the port and is in touch with it."""
        holder = next((a for a in self.w.agencies if a.id == gateway.agency_id), None)
        may = OPEN if holder is None else self.authority(holder, resource)
        may = min(may, self.sendable(resource))
        if port.connection == "wired":
            return min(may, self.rest(YES, gateway.record, port.record))
        if port.connection is None:
            return min(may, OPEN)
        if isinstance(resource, Channel):
            if self.maybe_direct(resource):
                return min(may, OPEN)
            carriers = self.carriers(resource)
        else:
            carriers = [resource.system_id]
        cell = None if gateway.position is None else self.w.coverage.grid.cell_of(*gateway.position)
        if cell is None:
            return min(may, OPEN)
        found = {
            self.at(entry, cell) for (carrier, profile), entry in self.w.coverage.entries.items()
            if carrier in carriers and profile == "portable" and isinstance(entry, ComputedCoverage)
        }  # fmt: skip
        reach = OPEN
        if found == {YES}:
            reach = self.rest(YES, gateway.record, port.record)
        return min(may, reach)

    def gateway(self, gateway, agencies, cell) -> int:
        minutes = gateway.activation_minutes
        timely = OPEN if minutes is None else self.rest(YES if minutes <= self.minutes else NO, gateway.record)
        patches, used = gateway.simultaneous_patches, gateway.patches_in_use
        if len(gateway.ports) < 2 or patches is None:
            left = OPEN
        elif patches == 0:
            left = self.rest(NO, gateway.record)
        else:
            left = OPEN if used is None else self.rest(YES if used < patches else NO, gateway.record)
        may = max(
            self.rest(YES, gateway.record) if gateway.agency_id == a.id
            else self.right(a, gateway.record, (gateway.record.id,))
            for a in agencies
        )  # fmt: skip
        if gateway.agency_id in [a.id for a in agencies]:
            may = self.rest(YES, gateway.record)
        legs, subjects = [], {}
        for agency in agencies:
            leg = NO
            for port in gateway.ports:
                resource = next((r for r in self.resources if r.id == port.resource_id), None)
                if resource is None or not self.fresh(port.record):
                    leg = max(leg, OPEN)
                    subjects[port.record.id] = max(subjects.get(port.record.id, NO), OPEN)
                    continue
                link, reached = self.port(gateway, port, resource), NO
                for cipher in self.ciphers(resource):
                    key = YES if cipher[0] == "none" else OPEN
                    if isinstance(resource, Talkgroup):
                        reached = max(reached, min(link, key, self.best(agency, resource, cipher, cell)))
                        continue
                    for c in self.w.channels:
                        for c_cipher in self.ciphers(c):
                            same = self.same(resource, cipher, c, c_cipher)
                            reached = max(reached, min(link, key, same, self.best(agency, c, c_cipher, cell)))
                leg = max(leg, reached)
                subject = min(self.carriers(resource)) if isinstance(resource, Channel) else resource.id
                subjects[subject] = max(subjects.get(subject, NO), reached)
            legs.append(leg)
        if len(gateway.ports) >= 2:
            legs.append([NO, NO, *sorted(subjects.values())][-2])
        return min(timely, left, may, *legs)

    def cache(self, cache, agencies, cell) -> int:
        minutes, count = cache.deploy_minutes, cache.available_radio_count
        timely = OPEN if minutes is None else self.rest(YES if minutes <= self.minutes else NO, cache.record)
        best = NO
        for lent in product((None, cache), repeat=len(agencies)):
            borrowers = [a for a, k in zip(agencies, lent, strict=True) if k is not None]
            if not borrowers:
                continue
            left = OPEN if count is None else self.rest(YES if count >= len(borrowers) else NO, cache.record)
            may = min(
                self.rest(YES, cache.record) if cache.agency_id == a.id
                else self.right(a, cache.record, (cache.record.id,))
                for a in borrowers
            )  # fmt: skip
            shared = self.shared(agencies, cell, lent)
            best = max(best, min(timely, left, may, max(shared.values())))
        return best

    def level(self, member_ids, cell) -> tuple[int, int]:
        """(proven, possible) level of the members in a cell."""
        agencies = [next(a for a in self.w.agencies if a.id == member) for member in member_ids]
        verdicts = self.shared(agencies, cell, [None] * len(agencies))
        if not any(self.w.fleets.get(member) for member in member_ids):
            verdicts[5] = max(verdicts[5], OPEN)
        verdicts[2] = max((self.gateway(g, agencies, cell) for g in self.w.gateways), default=NO)
        verdicts[1] = max((self.cache(k, agencies, cell) for k in self.w.caches), default=NO)
        proven = max((level for level, verdict in verdicts.items() if verdict == YES), default=0)
        return proven, max((level for level, verdict in verdicts.items() if verdict != NO), default=0)
