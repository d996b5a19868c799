# SPDX-License-Identifier: Apache-2.0
"""Resources that add something written to what is generated."""
