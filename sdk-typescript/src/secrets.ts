// SPDX-License-Identifier: Apache-2.0

/** Fields of answers that hold a key, a webhook secret or a client token, shown once. */
const SECRET_FIELDS = ['secret', 'token'];
const INSPECT = Symbol.for('nodejs.util.inspect.custom');

/**
 * Keeps secrets of an answer out of what consoles and loggers print of it. Reading the field and writing the object as
 * JSON still give the secret: storing it is what it is for.
 */
export function hideSecrets(answer: object): void {
  const held = SECRET_FIELDS.filter((name) => typeof (answer as Record<string, unknown>)[name] === 'string');
  if (held.length === 0) return;
  const shown = () => ({ ...answer, ...Object.fromEntries(held.map((name) => [name, `[${name}]`])) });
  Object.defineProperty(answer, INSPECT, { value: shown, enumerable: false, configurable: true });
}
