# SPDX-License-Identifier: Apache-2.0
"""One folder a wire format: request, response, stream, errors."""
