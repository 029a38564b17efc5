"""Every class of record takes fields and files: a class whose migration forgot to lay their policies is found."""

from sqlalchemy import text

from casm.sharing.asset_class import FIELD_CLASS_OF_TABLE, RECORD_CLASSES


def test_each_class_has_the_policies_of_what_hangs_on_its_records(module_engine):
    with module_engine.connect() as connection:
        rows = connection.execute(text("SELECT tablename, policyname, qual FROM pg_policies WHERE schemaname = 'casm'"))
        laid = {(row.tablename, row.policyname): row.qual or "" for row in rows}
    for asset_class in RECORD_CLASSES:
        own = FIELD_CLASS_OF_TABLE.get(asset_class, "public")
        for table, policy in (
            ("custom_value", "reads_"), ("custom_value", "adds_"), ("custom_value", "changes_"),
            ("attachment", "reads_"), ("attachment", "adds_"), ("attachment", "changes_"),
            ("attachment_content", "adds_"), ("history", "reads_attached_"),
        ):  # fmt: skip
            assert (table, policy + asset_class) in laid, (table, asset_class)
            if policy == "reads_":
                assert f"'{asset_class}'::text, '{own}'::text" in laid[table, policy + asset_class]
