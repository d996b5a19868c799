// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { meta } from './meta';

const full = new Headers({
  'X-Request-Id': 'req_1',
  'X-Ringside-Model-Resolved': 'fc:anthropic/claude-sonnet-4-5',
  'X-Ringside-Model-Used': 'fc:anthropic/claude-sonnet-4-5',
  'X-Ringside-Models-Tried': 'fc:openai/gpt-4o, fc:anthropic/claude-sonnet-4-5',
  'X-Ringside-Fallback-Triggered': 'true',
  'X-Ringside-Wallet-Balance': '9.999999999',
  'X-Ringside-Wallet-Deducted': '0.000000001',
  'X-RateLimit-Remaining': '59',
});

describe('meta', () => {
  test('reads the facts of a response', () => {
    expect(meta(full)).toMatchObject({
      requestId: 'req_1',
      modelResolved: 'fc:anthropic/claude-sonnet-4-5',
      modelsTried: ['fc:openai/gpt-4o', 'fc:anthropic/claude-sonnet-4-5'],
      fallbackTriggered: true,
      walletBalance: 9.999999999,
      walletDeducted: 0.000000001,
      rateLimitRemaining: 59,
    });
  });

  test('reads them from whatever has headers', () => {
    const response = new Response(null, { headers: full });
    expect(meta(response).requestId).toBe('req_1');
    expect(meta({ response }).requestId).toBe('req_1');
    expect(meta({ headers: undefined }).requestId).toBeNull();
  });

  test('says null, false or none for what is absent or unreadable', () => {
    const facts = meta(new Headers({ 'X-Ringside-Wallet-Balance': 'much', 'X-RateLimit-Remaining': '' }));
    expect(facts).toMatchObject({ walletBalance: null, rateLimitRemaining: null, cost: null, modelsTried: [] });
    expect([facts.fallbackTriggered, facts.idempotencyReplayed]).toEqual([false, false]);
  });
});
