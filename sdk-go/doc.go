// SPDX-License-Identifier: Apache-2.0

// Package ringside is the official Go client of Ringside, the OpenAI-compatible gateway that attributes, limits and
// bills every call per customer of yours.
//
// [Client] embeds OpenAI's client by value, so Chat.Completions.New and all the rest stay as they are. It adds
// customers, wallets, usage, API keys, model selectors ([Model]), client tokens, errors by code ([AsError]) and the
// check of webhooks.
//
// FC_API_KEY, FC_BASE_URL and FC_WEBHOOK_SECRET are read by [NewClient]; none of OpenAI's variables has any effect.
package ringside

// Version of this module: that of the gateway it was made for.
const Version = "0.1.0"
