# SPDX-License-Identifier: Apache-2.0
"""/metrics: for the operator's own collector, no operation of the API."""

from __future__ import annotations

from ipaddress import ip_address

import falcon

from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.http.operation import Resource

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics(Resource):
    """Answers who connects from an allowed network; to anybody else, and through any proxy, it does not exist."""

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """The figures as text."""
        forwarded = req.get_header("X-Forwarded-For") or req.get_header("Forwarded")
        if forwarded or not self._allowed(req.remote_addr or ""):
            raise GatewayError("route_not_found", method=req.method, path=req.path)
        resp.content_type = CONTENT_TYPE
        resp.text = self.services.metrics.text()

    def _allowed(self, address: str) -> bool:
        try:
            peer = ip_address(address)
        except ValueError:  # a socket file: whoever may open it is on this machine
            return not address
        return any(peer in network for network in self.edge.metrics_networks)
