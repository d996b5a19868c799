# SPDX-License-Identifier: Apache-2.0
"""Ringside: an OpenAI-compatible gateway that bills, limits and isolates every call per customer."""
