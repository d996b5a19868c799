// SPDX-License-Identifier: Apache-2.0

/** One request as it came over the wire. */
export interface SeenRequest {
  method: string;
  /** Path and query, not decoded. */
  target: string;
  headers: [name: string, value: string][];
  body: string;
  /** All values of a header, in order. */
  all(name: string): string[];
  /** The first value of a header. */
  header(name: string): string | undefined;
  json(): unknown;
}

/** The first whole request in the buffer and its length in bytes; undefined until it is whole. */
export function readRequest(buffer: Buffer): { request: SeenRequest; length: number } | undefined {
  const end = buffer.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [start = '', ...lines] = buffer.subarray(0, end).toString('latin1').split('\r\n');
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  const [method = '', target = ''] = start.split(' ');
  const body = readBody(buffer.subarray(end + 4), headers);
  if (!body) return undefined;
  return { request: seen(method, target, headers, body.text), length: end + 4 + body.length };
}

function seen(method: string, target: string, headers: [string, string][], body: string): SeenRequest {
  const all = (name: string) => headers.filter(([key]) => key === name.toLowerCase()).map(([, value]) => value);
  return { method, target, headers, body, all, header: (name) => all(name)[0], json: () => JSON.parse(body) };
}

function readBody(rest: Buffer, headers: [string, string][]): { text: string; length: number } | undefined {
  const value = (name: string) => headers.find(([key]) => key === name)?.[1];
  if (value('transfer-encoding') === 'chunked') return readChunks(rest);
  const length = Number(value('content-length') ?? 0);
  return rest.length < length ? undefined : { text: rest.subarray(0, length).toString(), length };
}

function readChunks(rest: Buffer): { text: string; length: number } | undefined {
  const parts: Buffer[] = [];
  let at = 0;
  for (;;) {
    const line = rest.indexOf('\r\n', at);
    if (line < 0) return undefined;
    const size = Number.parseInt(rest.subarray(at, line).toString(), 16);
    if (rest.length < line + 4 + size) return undefined;
    parts.push(rest.subarray(line + 2, line + 2 + size));
    at = line + 4 + size;
    if (size === 0) return { text: Buffer.concat(parts).toString(), length: at };
  }
}
