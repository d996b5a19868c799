# SPDX-License-Identifier: Apache-2.0
"""One file a noun: parse, call one service function, render."""
