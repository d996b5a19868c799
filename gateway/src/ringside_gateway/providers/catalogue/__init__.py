# SPDX-License-Identifier: Apache-2.0
"""One TOML file a provider: facts, not code. Prices are US dollars per million tokens, as published."""
