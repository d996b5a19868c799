// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test, vi } from 'vitest';
import { TokenSource } from './token-source';

const jwt = (lifetime_s: number, name = 'x') =>
  `${name}.${btoa(JSON.stringify({ exp: Math.floor(Date.now() / 1000) + lifetime_s })).replaceAll('=', '')}.sig`;

describe('a token source', () => {
  test('gives a fixed token as it is, even an expired one, and has no other', async () => {
    const token = jwt(-60);
    const source = new TokenSource(` ${token}\n`);
    expect(await source.token()).toBe(token);
    expect(await source.replace(token)).toBeUndefined();
  });

  test('asks its provider once for as long as the token lives', async () => {
    const provider = vi.fn(async () => jwt(900));
    const source = new TokenSource(provider);
    await source.token();
    await source.token();
    expect(provider).toHaveBeenCalledTimes(1);
  });

  test('asks again shortly before the token expires', async () => {
    const provider = vi.fn().mockReturnValueOnce(jwt(5, 'old')).mockReturnValue(jwt(900, 'new'));
    const source = new TokenSource(provider);
    await source.token();
    expect(await source.token()).toMatch(/^new/);
    await source.token();
    expect(provider).toHaveBeenCalledTimes(2);
  });

  test('lets calls that start together share one question', async () => {
    const provider = vi.fn(async () => jwt(900));
    const source = new TokenSource(provider);
    const tokens = await Promise.all(Array.from({ length: 20 }, () => source.token()));
    expect(new Set(tokens).size).toBe(1);
    expect(provider).toHaveBeenCalledTimes(1);
  });

  test('gives all who were refused together the same new token', async () => {
    const provider = vi.fn().mockReturnValueOnce('one').mockReturnValueOnce('two').mockReturnValue('three');
    const source = new TokenSource(provider);
    await source.token();
    expect(await source.replace('one')).toBe('two');
    expect(await source.replace('one')).toBe('two');
    expect(provider).toHaveBeenCalledTimes(2);
  });

  test('does not offer the refused token again', async () => {
    const source = new TokenSource(() => 'same');
    await source.token();
    expect(await source.replace('same')).toBeUndefined();
  });

  test.each(['', 'a b', 'a\nb', 'é'])('refuses the token %j without quoting it', (token) => {
    expect(() => new TokenSource(token)).toThrow(TypeError);
  });

  test('asks again after a failure', async () => {
    const provider = vi.fn().mockRejectedValueOnce(new Error('offline')).mockReturnValue('ok');
    const source = new TokenSource(provider);
    await expect(source.token()).rejects.toThrow('offline');
    expect(await source.token()).toBe('ok');
  });
});
