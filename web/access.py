"""Who may use which address: every endpoint is registered here, or the suite fails."""

# public: anyone. link: whoever holds a share link. signed_in: any account. reader, editor, manager, auditor: whoever
# has that role somewhere; what it shows is decided by the viewer's sight.
WHO = ("public", "link", "signed_in", "reader", "editor", "manager", "auditor")

ACCESS_OF_ENDPOINT = {
    "static": "public",
    "asset_files.asset": "public",
    "health.health": "public",
    "csp_report.report": "public",
    "map_pages.map_page": "reader",
    "map_pages.relief_image": "reader",
    "map_pages.overlay": "reader",
    "map_pages.overlay_image": "reader",
    "explain_api.explain": "reader",
    "table_page.table": "reader",
}
