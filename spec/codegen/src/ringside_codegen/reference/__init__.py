# SPDX-License-Identifier: Apache-2.0
"""What a reader of the API reference sees, for the page the gateway serves and for the Markdown in docs/."""
