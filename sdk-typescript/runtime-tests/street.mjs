// SPDX-License-Identifier: Apache-2.0
//
// What lies between a page and the gateway: sites that serve the page, and proxies that tell where a client is.
import { createServer, request as forward } from 'node:http';

const listening = async (server) => {
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${server.address().port}`;
};

/** A site of its own origin that serves one page. */
export async function startSite(html) {
  const server = createServer((_, response) => response.setHeader('content-type', 'text/html').end(html));
  return { origin: await listening(server), stop: () => server.close() };
}

/** A load balancer in front of the gateway: clients come from `address`. Keeps every preflight and its answer. */
export async function startProxy(gateway, address) {
  const target = new URL(gateway);
  const preflights = [];
  const server = createServer((incoming, outgoing) => {
    const headers = { ...incoming.headers, host: target.host, 'x-forwarded-for': address };
    const options = { host: target.hostname, port: target.port, path: incoming.url, method: incoming.method, headers };
    const onward = forward(options, (answer) => {
      if (incoming.method === 'OPTIONS') preflights.push({ asked: incoming.headers, allowed: answer.headers });
      outgoing.writeHead(answer.statusCode, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    outgoing.on('close', () => onward.destroy());
    incoming.pipe(onward);
  });
  const origin = await listening(server);
  return { baseURL: `${origin}${target.pathname}`, preflights, stop: () => server.close() };
}
