"""A security key in software (WebAuthn, ES256, no attestation), to register and sign in with as a browser would."""

import base64
import hashlib
import json
import os
import struct
from dataclasses import dataclass, field

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

USER_PRESENT, USER_VERIFIED, KEY_ATTACHED = 0x01, 0x04, 0x40


def encoded(data: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass
class SoftwareKey:
    """One credential; counts its uses as a device does, unless it is one of those that do not count."""

    origin: str
    party_id: str
    counts: bool = True
    verifies_user: bool = True
    uses: int = 0
    credential_id: bytes = field(default_factory=lambda: os.urandom(32))
    private_key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def register(self, options: str) -> str:
        """The answer to navigator.credentials.create."""
        client = self.client_data("webauthn.create", options)
        numbers = self.private_key.public_key().public_numbers()
        public_key = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        attached = bytes(16) + struct.pack(">H", len(self.credential_id)) + self.credential_id + cbor2.dumps(public_key)
        told = {"fmt": "none", "attStmt": {}, "authData": self.authenticator_data(KEY_ATTACHED) + attached}
        return self.answer({"clientDataJSON": encoded(client), "attestationObject": encoded(cbor2.dumps(told)),
                            "transports": ["usb", "telepathy"]})  # fmt: skip

    def sign(self, options: str) -> str:
        """The answer to navigator.credentials.get."""
        client = self.client_data("webauthn.get", options)
        data = self.authenticator_data(0)
        signature = self.private_key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self.answer({"clientDataJSON": encoded(client), "authenticatorData": encoded(data),
                            "signature": encoded(signature), "userHandle": None})  # fmt: skip

    def answer(self, response: dict) -> str:
        """As the browser sends it."""
        name = encoded(self.credential_id)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response,
                           "clientExtensionResults": {}})  # fmt: skip

    def client_data(self, kind: str, options: str) -> bytes:
        """What the browser says was asked, and by whom."""
        asked = {"type": kind, "challenge": json.loads(options)["challenge"], "origin": self.origin}
        return json.dumps(asked).encode()

    def authenticator_data(self, flags: int) -> bytes:
        """What the device says of itself and of its user."""
        self.uses += self.counts
        flags |= USER_PRESENT | (USER_VERIFIED if self.verifies_user else 0)
        return hashlib.sha256(self.party_id.encode()).digest() + struct.pack(">BI", flags, self.uses)
