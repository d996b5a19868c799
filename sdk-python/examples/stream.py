# SPDX-License-Identifier: Apache-2.0
"""An answer as it is written, on the async client. Reads FC_API_KEY and FC_BASE_URL."""

import asyncio

from ringside import AsyncRingside, Model


async def main() -> None:
    """Prints the answer piece by piece, then what it used."""
    async with AsyncRingside() as client:
        stream = await client.chat.completions.create(
            model=Model.fc("openai", "gpt-4o-mini"),
            messages=[{"role": "user", "content": "Describe a boxing ring in 40 words."}],
            stream=True,
            stream_options={"include_usage": True},
        )
        async for chunk in stream:
            if chunk.choices:
                print(chunk.choices[0].delta.content or "", end="", flush=True)
            if chunk.usage:
                print(f"\n{chunk.usage.completion_tokens} tokens written")


asyncio.run(main())
