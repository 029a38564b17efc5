"""An operator's decisions: what is taken, and what is refused with its field and mend."""

import pytest

from casm.errors import CasmError
from web.front.settings import FrontSettings, read_settings, save_settings

FINE = "https://radio.example.gov"


@pytest.mark.parametrize(
    ("public_url", "host", "does_tls"),
    [
        (FINE, "radio.example.gov", True),
        ("https://radio.example.gov:8443", "radio.example.gov", True),
        ("https://192.0.2.7", "192.0.2.7", True),
        ("https://[2001:db8::7]:444", "2001:db8::7", True),
        ("http://127.0.0.1:8080", "127.0.0.1", False),
    ],
)
def test_addresses_are_understood(public_url, host, does_tls):
    settings = FrontSettings(public_url, listen="127.0.0.1")
    assert (settings.host, settings.does_tls) == (host, does_tls)


@pytest.mark.parametrize(
    "public_url",
    [
        "", "radio.example.gov", "ftp://radio.example.gov", "https://", "https://a b", "https://radio.example.gov/casm",
        "https://radio.example.gov?x=1", "https://radio.example.gov#x", "https://user@radio.example.gov",
        "https://Radio.example.gov", "https://radio.example.gov:0", "https://radio.example.gov:99999",
        'https://radio".example.gov', "https://radio.example.gov;", "https://-x.gov", "https://$host", "https://a..b",
        "https://{a}", "https://a\nb.gov",
    ],
)  # fmt: skip
def test_an_address_that_is_none_is_refused(public_url):
    with pytest.raises(CasmError, match="write it as https://"):
        FrontSettings(public_url)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"listen": "everywhere"}, "listen is 'everywhere'"),
        ({"port": 70000}, "port is 70000"),
        ({"redirect_port": -1}, "redirect_port is -1"),
        ({"certificate": "/c.pem"}, "belong together"),
        ({"certificate": "/c.pem", "key": "/k.pem", "trusted_proxies": ("10.0.0.5",)}, "no use"),
        ({"trusted_proxies": ("proxy.example.gov",)}, "no address or network"),
        ({"trusted_proxies": ("0.0.0.0/0",)}, "everybody"),
        ({"public_url": "http://radio.example.gov"}, "in the clear"),
    ],
)
def test_what_cannot_be_is_refused(changes, words):
    with pytest.raises(CasmError, match=words):
        FrontSettings(**{"public_url": FINE} | changes)


def test_behind_another_proxy_nginx_speaks_plain_http():
    settings = FrontSettings(FINE, trusted_proxies=("10.0.0.0/28",))
    assert settings.scheme == "https"
    assert not settings.does_tls


def test_settings_come_back_as_they_were_saved(tmp_path):
    file = tmp_path / "server" / "settings.json"
    settings = FrontSettings(FINE, "::", 443, "/etc/c.pem", "/etc/k.pem", (), 80, "casm_demo", "Radio & more")
    save_settings(file, settings)
    assert read_settings(file) == settings
    behind = FrontSettings(FINE, trusted_proxies=("10.0.0.5", "10.0.1.0/24"))
    save_settings(file, behind)
    assert read_settings(file) == behind
    assert [path.name for path in file.parent.iterdir()] == ["settings.json"]


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"public_url": 5}', '{"public_url": "https://x.gov", "more": 1}'])
def test_a_damaged_file_is_said_in_words(tmp_path, content):
    file = tmp_path / "settings.json"
    file.write_text(content)
    with pytest.raises(CasmError, match="casm server configure"):
        read_settings(file)


def test_no_file_says_what_to_do(tmp_path):
    with pytest.raises(CasmError, match="casm server configure"):
        read_settings(tmp_path / "settings.json")
