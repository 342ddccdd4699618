"""Read the keys of wallets from the environment. Those not given are entered in the admin."""

from typing import Any

from core import environment


def read_apple_wallet() -> dict[str, Any]:
    return {
        "pass_type_id": environment.text("APPLE_WALLET_PASS_TYPE_ID", ""),
        "certificate": environment.file("APPLE_WALLET_CERTIFICATE"),
        "private_key": environment.file("APPLE_WALLET_KEY"),
        "password": environment.text("APPLE_WALLET_KEY_PASSWORD", ""),
        "issuer_certificate": environment.file("APPLE_WALLET_ISSUER_CERTIFICATE"),
    }


def read_google_wallet() -> dict[str, Any]:
    return {
        "issuer_id": environment.text("GOOGLE_WALLET_ISSUER_ID", ""),
        "key_file": environment.file("GOOGLE_WALLET_KEY_FILE"),
    }
