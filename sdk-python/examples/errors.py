# SPDX-License-Identifier: Apache-2.0
"""Every refusal is an error of its own class, below OpenAI's class of its status. Reads FC_API_KEY and FC_BASE_URL."""

import time
from datetime import datetime, timezone

import openai

from ringside import Ringside, RingsideStatusError, errors

client = Ringside()

try:
    client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "Hello"}])
except openai.BadRequestError as error:  # OpenAI's class of the status; ours lies below it
    print(error)
    print(f"{type(error).__name__}: {error.code}, parameter {error.param}")

customer = client.customers.create(external_id=f"broke-{time.time_ns()}", budget_usd=0)
try:
    client.for_customer(customer.id).chat.completions.create(
        model="fc:openai/gpt-4o-mini",
        messages=[{"role": "user", "content": "Hello"}],
    )
except errors.CustomerBudgetExceededError as error:
    again = datetime.fromtimestamp(error.resets_at or 0, timezone.utc)
    print(f"{error.code}: again from {again:%Y-%m-%d}, or raise the budget")

try:
    client.customers.retrieve("ext:nobody")
except RingsideStatusError as error:
    print(f"{error.status_code} {error.code}, request {error.request_id}, worth a retry: {error.should_retry}")

client.customers.delete(customer.id)
