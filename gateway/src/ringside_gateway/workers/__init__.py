# SPDX-License-Identifier: Apache-2.0
"""Background work: the same services, driven by time."""
