# SPDX-License-Identifier: Apache-2.0
"""A customer with a budget and a prepaid wallet, from top-up to history. Reads FC_API_KEY and FC_BASE_URL."""

import time
from decimal import Decimal

from ringside import Model, Ringside, meta

client = Ringside()
customer = client.customers.get_or_create(
    external_id=f"example-{time.time_ns()}",
    name="Zoë",
    metadata={"plan": "pro"},
)
client.customers.update(customer.id, budget_usd=25, rate_limit_rpm=60)
client.customers.wallet.topup(customer.id, amount_usd=Decimal("10.00"), description="Welcome credits")

raw = client.for_customer(customer.id).chat.completions.with_raw_response.create(
    model=Model.fc("openai", "gpt-4o-mini"),
    messages=[{"role": "user", "content": "Hello"}],
)
facts = meta(raw)
print(f"the call took {facts.wallet_deducted} USD and left {facts.wallet_balance} USD")

for row in client.customers.wallet.list_transactions(customer.id):
    print(f"{row.type}: {row.amount_usd} USD, then {row.balance_after_usd} USD")
usage = client.usage.retrieve(customer=customer.id, group_by="model")
print(f"{usage.total_requests} call for {usage.total_billable_usd} USD")

client.customers.delete(customer.id)
