# SPDX-License-Identifier: Apache-2.0
"""What wires that translate have in common: reading OpenAI's requests, writing OpenAI's answers and chunks."""
