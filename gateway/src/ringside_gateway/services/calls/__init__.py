# SPDX-License-Identifier: Apache-2.0
"""The life of a billable call, one file a step; `serve.py` is the order."""
