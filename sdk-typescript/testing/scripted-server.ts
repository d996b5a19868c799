// SPDX-License-Identifier: Apache-2.0
import { createServer, type Server, type Socket } from 'node:net';
import { readRequest, type SeenRequest } from './wire';

/** What the server does with one request: usually writes bytes to its socket. */
export type Reply = (socket: Socket, request: SeenRequest) => void;

/** An HTTP server of raw sockets. Each request takes the next reply of the script; the last one is repeated. */
export class ScriptedServer {
  readonly requests: SeenRequest[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;
  #script: Reply[] = [];
  #closed = 0;

  private constructor() {
    this.#server = createServer((socket) => this.#serve(socket));
  }

  static async start(...script: Reply[]): Promise<ScriptedServer> {
    const server = new ScriptedServer();
    server.script(...script);
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  /** Replaces the replies and forgets the requests seen so far. */
  script(...script: Reply[]): void {
    this.#script = script;
    this.requests.length = 0;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as { port: number }).port}`;
  }

  get baseURL(): string {
    return `${this.origin}/v1`;
  }

  get last(): SeenRequest {
    const request = this.requests.at(-1);
    if (!request) throw new Error('the server has seen no request');
    return request;
  }

  get openConnections(): number {
    return this.#sockets.size;
  }

  get closedConnections(): number {
    return this.#closed;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #serve(socket: Socket): void {
    let buffered = Buffer.alloc(0);
    this.#sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#sockets.delete(socket);
      this.#closed += 1;
    });
    socket.on('data', (bytes) => {
      buffered = Buffer.concat([buffered, bytes]);
      for (let read = readRequest(buffered); read; read = readRequest(buffered)) {
        buffered = buffered.subarray(read.length);
        this.requests.push(read.request);
        const reply = this.#script.length > 1 ? this.#script.shift() : this.#script[0];
        reply?.(socket, read.request);
      }
    });
  }
}
