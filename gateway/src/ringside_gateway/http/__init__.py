# SPDX-License-Identifier: Apache-2.0
"""The HTTP edge: knows HTTP, knows no SQL and no provider."""
