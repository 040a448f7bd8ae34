"""The demo's identity provider as a process of its own, which can be told to sign what no honest one would (身份提供方)."""

from __future__ import annotations

import base64
import json
from typing import Any

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from xinheng.jobs.demo.identity import Provider, arguments, provider_of, serve


class Dishonest(Provider):
    """As the demo's; a person whose claims say `forge` gets a token that is forged in that way."""

    def signed(self, claims: dict[str, Any]) -> str:
        forge = claims.pop("forge", "")
        kid = str(self.key.kid)
        if forge == "none":
            parts = ({"alg": "none", "kid": kid}, claims)
            return (
                ".".join(
                    base64.urlsafe_b64encode(json.dumps(each).encode()).decode().rstrip("=") for each in parts
                )
                + "."
            )
        if forge == "key":
            return jwt.encode({"alg": "RS256", "kid": kid}, claims, RSAKey.generate_key(2048))
        if forge == "symmetric":
            # The published key taken for a secret, as careless verifiers do.
            public = OctKey.import_key(self.key.as_pem(private=False))
            return jwt.encode({"alg": "HS256", "kid": kid}, claims, public)
        return super().signed(claims)


if __name__ == "__main__":
    given = arguments()
    serve(provider_of(given, Dishonest), given.port)
