-- Fields that records of the field have and ours lacked. Frozen: later changes are later migrations.
ALTER TABLE agency ADD COLUMN nena_id VARCHAR;
COMMENT ON COLUMN agency.nena_id IS 'company or agency identifier given by NENA';

ALTER TABLE talkgroup ADD COLUMN eligible_users VARCHAR, ADD COLUMN authority VARCHAR;
COMMENT ON COLUMN talkgroup.authority IS 'memorandum or rule by which others may use it';

ALTER TABLE site ADD COLUMN structure_owner_frn VARCHAR, ADD COLUMN faa_study_number VARCHAR,
    ADD COLUMN painting_lighting VARCHAR, ADD COLUMN shelter VARCHAR,
    ADD CONSTRAINT ck_site_structure_owner_frn_ten_digits CHECK (structure_owner_frn ~ '^[0-9]{10}$');
COMMENT ON COLUMN site.structure_owner_frn IS 'FCC registration number, ten digits';
COMMENT ON COLUMN site.faa_study_number IS 'FAA aeronautical study';
COMMENT ON COLUMN site.painting_lighting IS 'as the FAA or FCC asks for';

ALTER TABLE station ADD COLUMN receiver_sensitivity_method VARCHAR,
    ADD CONSTRAINT ck_station_receiver_sensitivity_method_known
        CHECK (receiver_sensitivity_method IN ('sinad_12_db', 'quieting_20_db', 'ber_5_percent', 'other'));
COMMENT ON COLUMN station.receiver_sensitivity_method IS 'what the figure was measured by';

ALTER TABLE station_frequency ADD COLUMN control_channel VARCHAR,
    ADD CONSTRAINT ck_station_frequency_control_channel_known
        CHECK (control_channel IN ('primary', 'alternate', 'no'));
COMMENT ON COLUMN station_frequency.control_channel IS 'of a trunked site: carries control, or may';

ALTER TABLE backhaul_link ADD COLUMN diversity VARCHAR, ADD COLUMN alternate_link_owner_id UUID,
    ADD COLUMN alternate_link_id UUID,
    ADD CONSTRAINT ck_backhaul_link_diversity_known
        CHECK (diversity IN ('none', 'space', 'frequency', 'angle', 'space_frequency')),
    ADD CONSTRAINT ck_backhaul_link_alternate_link_whole
        CHECK (num_nonnulls(alternate_link_owner_id, alternate_link_id) IN (0, 2)),
    ADD CONSTRAINT ck_backhaul_link_replaced_by_another CHECK (alternate_link_id <> id);
COMMENT ON COLUMN backhaul_link.protection IS 'none, 1+1, hot standby, ring';
CREATE INDEX ix_backhaul_link_alternate_link_id ON backhaul_link (alternate_link_id);

ALTER TABLE backhaul_link_sensitive ADD COLUMN tsp_code VARCHAR,
    ADD CONSTRAINT ck_backhaul_link_sensitive_tsp_code_well_formed CHECK (tsp_code ~ '^TSP[0-9A-Z]{6}-[0-9E][0-9]$');

ALTER TABLE gateway ADD COLUMN bands VARCHAR[], ADD COLUMN activation_steps VARCHAR,
    ADD CONSTRAINT ck_gateway_bands_known CHECK (bands <@ ARRAY['LOW', 'VHF', '220', 'UHF', 'T-BAND', '700', '800',
        '900', 'LTE', 'MICROWAVE']::varchar[]);

ALTER TABLE radio_cache ADD COLUMN load_version VARCHAR;
COMMENT ON COLUMN radio_cache.load_version IS 'programming that all its radios are loaded with';

ALTER TABLE agreement ADD COLUMN authority VARCHAR;
COMMENT ON COLUMN agreement.authority IS 'law, ordinance or resolution it rests on';

ALTER TABLE fleet ADD COLUMN end_of_life_on DATE;
COMMENT ON COLUMN fleet.end_of_life_on IS 'when the maker ends support';

-- Contacts of dispatch centers and vehicles, too.
ALTER TABLE contact ADD COLUMN dispatch_center_id UUID, ADD COLUMN mobile_comm_vehicle_id UUID,
    DROP CONSTRAINT ck_contact_of_one_record,
    ADD CONSTRAINT ck_contact_of_one_record CHECK (num_nonnulls(agency_id, gateway_id, radio_cache_id, site_id,
        dispatch_center_id, mobile_comm_vehicle_id) = 1),
    ADD CONSTRAINT fk_contact_owner_id_dispatch_center_id FOREIGN KEY (owner_id, dispatch_center_id)
        REFERENCES dispatch_center (owner_id, id),
    ADD CONSTRAINT fk_contact_owner_id_mobile_comm_vehicle_id FOREIGN KEY (owner_id, mobile_comm_vehicle_id)
        REFERENCES mobile_comm_vehicle (owner_id, id);
CREATE INDEX ix_contact_dispatch_center_id ON contact (dispatch_center_id);
CREATE INDEX ix_contact_mobile_comm_vehicle_id ON contact (mobile_comm_vehicle_id);
DROP INDEX uq_contact_name_pair;
CREATE UNIQUE INDEX uq_contact_name_pair ON contact (owner_id, name, (coalesce(agency_id, gateway_id, radio_cache_id,
    site_id, dispatch_center_id, mobile_comm_vehicle_id))) WHERE status <> 'retired';
