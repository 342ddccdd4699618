"""Report wallet keys in the environment that cannot be used, by the names of their variables."""

from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register

from . import configuration

VARIABLES = {
    "apple": (configuration.is_apple_in_environment, "APPLE_WALLET_CERTIFICATE"),
    "google": (configuration.is_google_in_environment, "GOOGLE_WALLET_KEY_FILE"),
}


@register(Tags.security, deploy=True)
def check_wallet_keys(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Check the keys of each wallet that is configured in the environment."""
    return [
        Error(f"{variable} cannot be used: {problem}", id=f"wallets.{wallet}")
        for wallet, (is_set, variable) in VARIABLES.items()
        if is_set() and (problem := configuration.problem_with(wallet))
    ]
