# SPDX-License-Identifier: Apache-2.0
"""The only folder with SQL: plain functions over an open transaction, rows in, domain objects out."""
