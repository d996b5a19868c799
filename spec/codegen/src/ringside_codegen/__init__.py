# SPDX-License-Identifier: Apache-2.0
"""The compiler of `spec/`: read, check, lower to an intermediate form, render."""
