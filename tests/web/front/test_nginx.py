"""nginx's configuration: nginx itself reads it in every kind of set-up, and nothing else on the machine is named."""

import pytest

from casm.errors import CasmError
from web.front.layout import FrontLayout, make_folders
from web.front.nginx import check_configuration, write_configuration
from web.front.run import prepare
from web.front.settings import FrontSettings

KINDS = [
    FrontSettings("https://radio.example.gov"),
    FrontSettings("https://radio.example.gov", listen="::", port=443, redirect_port=80),
    FrontSettings("https://[2001:db8::7]:8443", listen="::1"),
    FrontSettings("https://radio.example.gov", trusted_proxies=("10.0.0.5", "2001:db8::/64"), port=8080),
    FrontSettings("http://127.0.0.1:8080", listen="127.0.0.1", port=8080),
]


@pytest.mark.parametrize("settings", KINDS)
def test_nginx_takes_every_kind_of_set_up(nginx, layout, settings):
    make_folders(layout)
    said = []
    prepare(settings, layout, nginx, said.append)
    assert len(said) == settings.does_tls
    text = layout.configuration.read_text()
    assert ("ssl_protocols TLSv1.2 TLSv1.3;" in text) is settings.does_tls
    assert ("set_real_ip_from" in text) is bool(settings.trusted_proxies)
    assert "/etc/nginx" not in text
    assert "unsafe" not in text
    assert text.count(f"listen {settings.listens_on}") == 2


def test_the_site_holds_what_the_program_serves_and_no_more(nginx, layout):
    make_folders(layout)
    prepare(KINDS[0], layout, nginx, lambda _line: None)
    names = {path.relative_to(layout.site).as_posix() for path in layout.site.rglob("*") if path.is_file()}
    assert {"static/site.css", "static/site.css.gz", "assets/leaflet/leaflet.js", "_refused/429.html"} <= names
    assert {name.split("/")[0] for name in names} == {"static", "assets", "_refused"}
    for path in layout.site.rglob("*.html"):
        assert "<script" not in path.read_text()
        assert "style=" not in path.read_text()


def test_a_path_nginx_would_misread_is_refused(layout):
    strange = FrontLayout(layout.data_dir / 'a"; daemon on; #')
    with pytest.raises(CasmError, match="cannot be given the path"):
        write_configuration(KINDS[0], strange)


def test_what_nginx_refuses_is_passed_on(nginx, layout):
    make_folders(layout)
    prepare(KINDS[4], layout, nginx, lambda _line: None)
    layout.configuration.write_text("nonsense;")
    with pytest.raises(CasmError, match="nonsense"):
        check_configuration(nginx, layout)
