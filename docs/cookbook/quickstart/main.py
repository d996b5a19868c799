# SPDX-License-Identifier: Apache-2.0
"""The newest Sonnet from version 4 on, for one of your customers, and who really served it."""

from ringside import Model, Ringside, meta

client = Ringside().for_customer("cus_42")  # key and address from FC_API_KEY and FC_BASE_URL
model = Model.match("anthropic", "sonnet").min_version(4).build()
print(f"asking {model}")

raw = client.chat.completions.with_raw_response.create(
    model=model,
    messages=[{"role": "user", "content": "Hello"}],
)
print(raw.parse().choices[0].message.content)
print(f"served by {meta(raw).model_resolved}")
