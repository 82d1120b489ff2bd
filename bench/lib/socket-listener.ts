// A WebSocket client on a thread of its own: what else its process does never delays its receipts.

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { createLog, type LogMemory, type Received, receivedIn } from './socket-log.js';
import type { SocketTask } from './socket-thread.js';

/** A client that sent one message and listens. */
export class SocketListener {
  readonly #worker: Worker;
  readonly #log: LogMemory;

  private constructor(worker: Worker, log: LogMemory) {
    this.#worker = worker;
    this.#log = log;
  }

  /** Connects to a server on this machine and sends a message. */
  static async open(task: Omit<SocketTask, 'log'>): Promise<SocketListener> {
    const log = createLog();
    const workerData: SocketTask = { ...task, log };
    const worker = new Worker(new URL('./socket-thread.js', import.meta.url), { workerData });
    // An error of the thread, as of a server that is not there, rejects this or ends the process.
    await once(worker, 'message');
    return new SocketListener(worker, log);
  }

  /** Ends the connection; all that came, in order. */
  async close(): Promise<readonly Received[]> {
    const ended = once(this.#worker, 'exit');
    this.#worker.postMessage('end');
    await ended;
    return receivedIn(this.#log);
  }
}
