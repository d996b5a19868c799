# SPDX-License-Identifier: Apache-2.0
"""Rules and facts: standard library only, no input or output, no clock except as an argument."""
