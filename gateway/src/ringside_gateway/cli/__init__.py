# SPDX-License-Identifier: Apache-2.0
"""The command line; each command in its own file, imported only when it runs."""
