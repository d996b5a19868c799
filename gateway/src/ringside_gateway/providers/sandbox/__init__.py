# SPDX-License-Identifier: Apache-2.0
"""The sandbox: an upstream inside the process that speaks OpenAI's wire format behind the transport port.

It imitates whichever model is asked for under a test key. It is deterministic, counts tokens with a real tokenizer
and reaches nobody. Its own models misbehave on demand (cards.py), through the same parsing as a real provider.
"""
