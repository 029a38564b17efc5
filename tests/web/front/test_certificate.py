"""Certificates: one made here and kept, and an operator's pair looked at before nginx gets it."""

import datetime
import stat

import pytest
from cryptography import x509

from casm.errors import CasmError
from web.front.certificate import DAYS, RENEW_DAYS, check_pair, ensure_own_certificate, holds_for

NOW = datetime.datetime(2026, 11, 22, tzinfo=datetime.UTC)


@pytest.fixture
def pair(tmp_path):
    return tmp_path / "certificate.pem", tmp_path / "key.pem"


@pytest.mark.parametrize("host", ["radio.example.gov", "192.0.2.7", "2001:db8::7", "x" * 63 + ".example.gov"])
def test_a_certificate_is_made_once_and_for_its_host(pair, host):
    assert ensure_own_certificate(*pair, host, NOW)
    made = x509.load_pem_x509_certificate(pair[0].read_bytes())
    assert not ensure_own_certificate(*pair, host, NOW)
    assert x509.load_pem_x509_certificate(pair[0].read_bytes()) == made
    check_pair(*pair, NOW)
    assert stat.S_IMODE(pair[1].stat().st_mode) == 0o600


def test_it_is_made_anew_for_another_host_when_it_runs_out_and_when_the_key_is_gone(pair):
    ensure_own_certificate(*pair, "a.example.gov", NOW)
    assert ensure_own_certificate(*pair, "b.example.gov", NOW)
    later = NOW + datetime.timedelta(days=DAYS - RENEW_DAYS + 1)
    assert not holds_for(pair[0], "b.example.gov", later)
    assert ensure_own_certificate(*pair, "b.example.gov", later)
    pair[1].unlink()
    assert ensure_own_certificate(*pair, "b.example.gov", later)
    pair[0].write_text("no certificate")
    assert ensure_own_certificate(*pair, "b.example.gov", later)


def test_a_pair_that_does_not_belong_together_is_refused(pair, tmp_path):
    ensure_own_certificate(*pair, "a.example.gov", NOW)
    other = tmp_path / "other.pem", tmp_path / "other-key.pem"
    ensure_own_certificate(*other, "a.example.gov", NOW)
    with pytest.raises(CasmError, match="is not the key of"):
        check_pair(pair[0], other[1], NOW)
    with pytest.raises(CasmError, match="ran out on 2027-12-24"):
        check_pair(*pair, NOW + datetime.timedelta(days=400))
    with pytest.raises(CasmError, match="no PEM file"):
        check_pair(pair[1], pair[1], NOW)
    with pytest.raises(CasmError, match="cannot be read"):
        check_pair(tmp_path / "none.pem", pair[1], NOW)
