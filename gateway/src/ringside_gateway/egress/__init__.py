# SPDX-License-Identifier: Apache-2.0
"""Every outgoing connection that a user can aim."""
