# SPDX-License-Identifier: Apache-2.0
"""The package's version; the same as the gateway's and the other SDKs'."""

VERSION = "0.1.0"
