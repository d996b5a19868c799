// SPDX-License-Identifier: Apache-2.0
import { APIConnectionError } from 'openai';
import type { APIPromise } from './compat';
import { RingsideDecodeError } from './status-errors';

/**
 * The same promise, its answer checked and its rejections in our classes. It is changed in place, as the host does
 * with its own, so that `asResponse` and `withResponse` stay.
 */
export function checked<P extends APIPromise<unknown>>(promise: P, check: (value: unknown) => void = () => {}): P {
  const then = promise.then.bind(promise);
  const withResponse = promise.withResponse.bind(promise);
  const failed = async (error: unknown): Promise<never> => {
    throw await translated(error, promise);
  };
  const settle = () => then(tapped(check)).catch(failed);
  // biome-ignore lint/suspicious/noThenProperty: it is a promise already
  promise.then = ((onResolved, onRejected) => settle().then(onResolved, onRejected)) as P['then'];
  promise.catch = ((onRejected) => settle().catch(onRejected)) as P['catch'];
  promise.finally = ((onFinally) => settle().finally(onFinally)) as P['finally'];
  promise.withResponse = (async () => {
    const answer = await withResponse().catch(failed);
    check(answer.data);
    return answer;
  }) as P['withResponse'];
  return promise;
}

function tapped(check: (value: unknown) => void) {
  return <T>(value: T): T => {
    check(value);
    return value;
  };
}

/** Only a body that arrived can be broken: before that, a TypeError is the caller's mistake and stays one. */
async function translated(cause: unknown, promise: APIPromise<unknown>): Promise<unknown> {
  if (!(cause instanceof TypeError || cause instanceof SyntaxError)) return cause;
  const answered = await promise.asResponse().then(
    () => true,
    () => false,
  );
  if (!answered) return cause;
  if (cause instanceof SyntaxError) {
    return new RingsideDecodeError({ message: 'The gateway answered something that is not JSON.', cause });
  }
  return new APIConnectionError({ message: 'The connection broke while the answer was being read.', cause });
}
