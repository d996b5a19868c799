# SPDX-License-Identifier: Apache-2.0
"""The WSGI application: middleware in order, routes, the one error renderer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import falcon

from ringside_gateway.http import errors
from ringside_gateway.http.context import Edge
from ringside_gateway.http.cors import Cors
from ringside_gateway.http.middleware import AccessLog, EdgeLimit, RawPath, RequestId
from ringside_gateway.http.routes import add_routes


def create_app(edge: Edge) -> Callable[..., Any]:
    """The application for one edge."""
    middleware: Any = [
        RequestId(),
        AccessLog(),
        EdgeLimit(edge.edge_limits, edge.proxies),
        Cors(edge.cors_origins, edge.services.client_tokens),
    ]
    app = falcon.App(middleware=middleware)
    app.req_options.auto_parse_form_urlencoded = False
    app.req_options.auto_parse_qs_csv = False
    app.req_options.keep_blank_qs_values = True
    app.req_options.strip_url_path_trailing_slash = True
    app.add_error_handler(falcon.HTTPFound, _redirect)
    app.add_error_handler(falcon.HTTPError, errors.render)
    app.add_error_handler(Exception, errors.render)
    add_routes(app, edge)
    return RawPath(app)


def _redirect(req: falcon.Request, resp: falcon.Response, found: falcon.HTTPFound, params: dict[str, Any]) -> None:
    resp.status = found.status
    for name, value in dict(found.headers or {}).items():
        resp.set_header(name, value)
