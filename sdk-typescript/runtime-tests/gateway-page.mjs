// SPDX-License-Identifier: Apache-2.0
//
// A page in Chromium against a real gateway (RINGSIDE_TEST_GATEWAY, FC_API_KEY): it streams with a minted token, and a
// token taken away from its page, address, customer, time or routes is worth nothing. The gateway must trust the
// proxies of this machine: RINGSIDE_TRUSTED_PROXIES=127.0.0.1. Leaves a picture of the page in build/browser.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { here } from './install.mjs';
import { bundle } from './runtimes.mjs';
import { startProxy, startSite } from './street.mjs';

const GATEWAY = process.env.RINGSIDE_TEST_GATEWAY;
const HOME = '203.0.113.7';
const AWAY = '203.0.113.9';
const PICTURES = join(here, '..', '..', 'build', 'browser');

async function api(method, path, body) {
  const headers = { authorization: `Bearer ${process.env.FC_API_KEY}`, 'content-type': 'application/json' };
  const response = await fetch(`${GATEWAY}${path}`, { method, headers, body: body && JSON.stringify(body) });
  assert.equal(response.status, 200, `${method} ${path}: ${await response.clone().text()}`);
  return response.json();
}

/** How long a gateway process may go on with what it knows of tokens and origins. */
const aMoment = () => new Promise((resolve) => setTimeout(resolve, 1000));

/** Everything the tests need: two sites with the page, two places to call from, a customer and a way to mint. */
async function stage(folder) {
  const script = (await bundle(folder, 'chat-page.mjs')).replaceAll('</script', '<\\/script');
  const html = readFileSync(join(here, 'chat-page.html'), 'utf8').replace('/* program */', () => script);
  const [site, stranger] = await Promise.all([startSite(html), startSite(html)]);
  const [home, away] = await Promise.all([startProxy(GATEWAY, HOME), startProxy(GATEWAY, AWAY)]);
  const customer = await api('POST', '/customers', { external_id: `page-${crypto.randomUUID()}` });
  const mint = (fields = {}) =>
    api('POST', `/customers/${customer.id}/client_tokens`, {
      scope: ['chat'],
      origin: site.origin,
      ip: HOME,
      ...fields,
    });
  const stop = () => {
    for (const each of [site, stranger, home, away]) each.stop();
  };
  return { site, stranger, home, away, customer, mint, stop };
}

async function opened(browser, site) {
  const page = await browser.newPage({ viewport: { width: 900, height: 520 } });
  await page.goto(site.origin);
  const attempt = (at, tokens, ...what) =>
    page.evaluate(([options, args]) => globalThis.attempt(options, ...args), [{ baseURL: at.baseURL, tokens }, what]);
  return { page, attempt };
}

async function streams({ home, mint }, { page }) {
  const { token } = await mint();
  const said = await page.evaluate((o) => globalThis.streamChat(o), { baseURL: home.baseURL, tokens: [token] });
  assert.ok(said.text.length > 20 && said.pieces > 3, `the page streams: ${JSON.stringify(said)}`);
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, 'streaming-chat.png') });
}

async function isUselessElsewhere({ stranger, home, away, customer, mint }, mine, strangers) {
  const { token, id } = await mint();
  const { token: unbound } = await mint({ ip: undefined });
  const other = await api('POST', '/customers', { external_id: `other-${crypto.randomUUID()}` });
  assert.equal(await mine.attempt(home, [token], 'chat'), 'answered');
  assert.equal(await mine.attempt(home, [token], 'chatWithEveryHeader'), 'answered');
  // No token names this origin: the gateway gives no permission, so the browser itself keeps the page out.
  assert.equal(await strangers.attempt(home, [token], 'chat'), 'APIConnectionError undefined undefined');
  await mint({ origin: stranger.origin });
  await aMoment();
  assert.equal(await strangers.attempt(home, [token], 'chat'), 'OriginNotAllowedError 403 origin_not_allowed');
  assert.equal(await mine.attempt(away, [token], 'chat'), 'IpMismatchError 403 ip_mismatch');
  assert.equal(await mine.attempt(home, [unbound], 'chat'), 'answered');
  assert.equal(await mine.attempt(away, [unbound], 'chat'), 'IpMismatchError 403 ip_mismatch');
  assert.equal(
    await mine.attempt(home, [token], 'chatAsAnother', other.id),
    'CustomerNotFoundError 404 customer_not_found',
  );
  assert.equal(await mine.attempt(home, [token], 'customers'), 'EndpointNotAllowedError 403 endpoint_not_allowed');
  await api('DELETE', `/customers/${customer.id}/client_tokens/${id}`);
  await aMoment();
  assert.equal(await mine.attempt(home, [token], 'chat'), 'ClientTokenRevokedError 401 client_token_revoked');
}

async function endsInTime({ home, mint }, mine, short) {
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, (short.expires_at + 1) * 1000 - Date.now())));
  assert.equal(await mine.attempt(home, [short.token], 'chat'), 'ClientTokenExpiredError 401 client_token_expired');
  const { token } = await mint();
  assert.equal(await mine.attempt(home, [short.token, token], 'chat'), 'answered');
}

function allowsEveryHeader(preflights) {
  const names = (headers, name) => (headers[name] ?? '').toLowerCase().split(/,\s*/).filter(Boolean);
  const asked = new Set(preflights.flatMap((each) => names(each.asked, 'access-control-request-headers')));
  for (const each of preflights) {
    const allowed = names(each.allowed, 'access-control-allow-headers');
    const missing = names(each.asked, 'access-control-request-headers').filter((name) => !allowed.includes(name));
    if (each.allowed['access-control-allow-origin']) assert.deepEqual(missing, []);
  }
  for (const name of ['authorization', 'fc-tag', 'idempotency-key']) assert.ok(asked.has(name), `${name} is asked for`);
}

/** 'works', or throws what does not. */
export async function tryWithGateway(folder, executablePath) {
  const { chromium } = await import('playwright-core');
  const here = await stage(folder);
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  try {
    const short = await here.mint({ ttl_seconds: 60 });
    const mine = await opened(browser, here.site);
    await streams(here, mine);
    await isUselessElsewhere(here, mine, await opened(browser, here.stranger));
    await endsInTime(here, mine, short);
    allowsEveryHeader(here.home.preflights);
    return 'works';
  } finally {
    await browser.close();
    here.stop();
  }
}
