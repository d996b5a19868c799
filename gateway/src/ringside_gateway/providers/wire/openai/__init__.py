# SPDX-License-Identifier: Apache-2.0
"""OpenAI's own format: bodies and events pass through as bytes, only what metering needs is read."""
