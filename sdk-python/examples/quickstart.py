# SPDX-License-Identifier: Apache-2.0
"""The first call: the newest Sonnet from version 4 on, and who really served it. Reads FC_API_KEY and FC_BASE_URL."""

from ringside import Model, Ringside, meta

client = Ringside()
model = Model.match("anthropic", "sonnet").min_version(4).build()

raw = client.chat.completions.with_raw_response.create(
    model=model,
    messages=[{"role": "user", "content": "Hello"}],
)
print(raw.parse().choices[0].message.content)
print(f"{model} was served by {meta(raw).model_resolved} for {meta(raw).cost} USD")
