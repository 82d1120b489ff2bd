// A worker that answers what is posted to it: the least that threads in Node can do.

import { Worker } from 'node:worker_threads';

const ECHO = `
  const { parentPort } = require('node:worker_threads');
  let seen = 0;
  parentPort.on('message', (message) => {
    seen++;
    if (message.kind !== 'add') parentPort.postMessage({ kind: 'shown', seen });
  });
  parentPort.postMessage('ready');`;

/** Starts the worker: it counts `add` and answers everything else. */
export async function postWorker(): Promise<Worker> {
  const worker = new Worker(ECHO, { eval: true });
  await new Promise((resolve) => worker.once('message', resolve));
  return worker;
}

/** Posts a message and resolves with the answer. */
export function postAndWait(worker: Worker, message: unknown): Promise<unknown> {
  const answer = new Promise((resolve) => worker.once('message', resolve));
  worker.postMessage(message);
  return answer;
}
