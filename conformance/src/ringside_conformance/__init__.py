# SPDX-License-Identifier: Apache-2.0
"""Proves each SDK against the gateway: cases, a gateway that fails on demand, and drivers that use an SDK."""
