// SPDX-License-Identifier: Apache-2.0
//
// What a chat call costs over the bare OpenAI client: all against one server in its own process, in turns and random
// order. Prints the CPU of the quietest tenth of the rounds, since a busy machine only ever adds, and for the noise
// that is left a second bare client.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Ringside } from '@ringside/sdk';
import { OpenAI } from 'openai';

const ROUNDS = 150;
const WARM_UP_ROUNDS = 20;
const CALLS_A_ROUND = 20;
const QUIET_SHARE = 0.1;
const SERVER = `
const body = JSON.stringify({ id: 'chatcmpl_1', object: 'chat.completion', created: 1, model: 'm',
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Hello' } }] });
const server = require('node:http').createServer((request, response) => {
  request.resume().on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end(body));
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));`;

const server = spawn(process.execPath, ['-e', SERVER], { stdio: ['ignore', 'pipe', 'inherit'] });
const [port] = await once(server.stdout, 'data');
const options = { apiKey: 'sk_test_x', baseURL: `http://127.0.0.1:${String(port).trim()}/v1` };
const clients = {
  openai: new OpenAI(options),
  'openai once more': new OpenAI(options),
  ringside: new Ringside(options),
  'ringside for a customer': new Ringside(options).forCustomer('cus_1'),
};
const samples = Object.fromEntries(Object.keys(clients).map((name) => [name, []]));

async function round(client) {
  const before = process.cpuUsage();
  for (let call = 0; call < CALLS_A_ROUND; call++) {
    await client.chat.completions.create({ model: 'fc:a/b', messages: [{ role: 'user', content: 'Hello' }] });
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / CALLS_A_ROUND;
}

for (let turn = -WARM_UP_ROUNDS; turn < ROUNDS; turn++) {
  for (const [name, client] of Object.entries(clients).sort(() => Math.random() - 0.5)) {
    const cpuMicroseconds = await round(client);
    if (turn >= 0) samples[name].push(cpuMicroseconds);
  }
}
server.kill();

const quiet = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length * QUIET_SHARE)];
const base = quiet(samples.openai);
for (const [name, values] of Object.entries(samples)) {
  const percent = ((quiet(values) / base - 1) * 100).toFixed(1);
  console.log(`${name}: ${quiet(values).toFixed(0)} µs of CPU a call, ${percent} % over the bare client`);
}
