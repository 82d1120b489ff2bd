// Asks a running system, or the last finished run where nothing is running.

import type { DescMessage, DescService, MessageShape } from '@bufbuild/protobuf';
import { createGrpcClient, Fault, type GrpcClient } from '../../engine/index.js';
import { readLastRun, type StoredView } from './last-run.js';
import { dateText, say } from './output.js';

/** Where a system listens unless the environment says otherwise; an empty word is none. */
const ADDRESS = process.env['SLUICE_ADDRESS'] || '127.0.0.1:50051';

/** Flags of every command that asks a system. */
export interface AskOptions {
  /** Absent for the usual address. */
  readonly address?: string;
  readonly json?: boolean;
}

/**
 * How long an answer may take, unless its command says otherwise: longer than the system's own
 * deadline, so that its reason arrives. Units: milliseconds.
 */
const DEADLINE_MS = 10_000;

/** Flags of commands that may be answered from the last run. */
export interface ViewOptions extends AskOptions {
  readonly dataDir: string;
}

/** Asks a running system. Errors: those of `GrpcClient.call`, `flag.invalid`. */
export async function askSystem<S extends DescService, T>(
  service: S,
  { address = ADDRESS }: AskOptions,
  ask: (client: GrpcClient<S>) => Promise<T>,
  deadlineMs = DEADLINE_MS,
): Promise<T> {
  const { client } = openClient(service, { address }, deadlineMs);
  try {
    return await ask(client);
  } finally {
    client.close();
  }
}

/** Refuses what is no address. Errors: `flag.invalid`. */
function checkAddress(address: string): void {
  if (!/^[^\s/]+:\d{1,5}$/.test(address)) {
    const text = `--address: expected host:port such as ${ADDRESS}, was "${address.slice(0, 64)}"`;
    throw new Fault('flag.invalid', text);
  }
}

/** Last runs that this process has said it answers from. */
const said = new Set<string>();

/** A client of a system that is used for long. Errors: `flag.invalid`. */
export function openClient<S extends DescService>(
  service: S,
  { address = ADDRESS }: AskOptions,
  deadlineMs = DEADLINE_MS,
): { readonly client: GrpcClient<S>; readonly address: string } {
  checkAddress(address);
  return { client: createGrpcClient(service, address, deadlineMs), address };
}

/**
 * The answer of a running system; without one, and without an address that names one, the view
 * of the last finished run, which is said on stderr.
 * Errors: `run.none` where there is neither, `grpc.*`, `flag.invalid`.
 */
export async function askOrLastRun<S extends DescService, D extends DescMessage>(
  service: S,
  options: ViewOptions,
  ask: (client: GrpcClient<S>) => Promise<MessageShape<D>>,
  view: StoredView<D>,
): Promise<MessageShape<D>> {
  try {
    return await askSystem(service, options, ask);
  } catch (error) {
    const isNobodyThere = error instanceof Fault && error.code === 'grpc.unavailable';
    if (!isNobodyThere || options.address !== undefined) throw error;
    const { dataDir } = options;
    const found = await readLastRun(dataDir, view);
    if (found === undefined) {
      const text = `expected a running system at ${ADDRESS} or a finished run in ${dataDir}, there is neither; start one with sluice run, or name it with --address or --data-dir`;
      throw new Fault('run.none', text, { cause: error });
    }
    const text = `sluice: nothing is running at ${ADDRESS}; this is the last run in ${dataDir}, as of ${dateText(found.date)}`;
    if (!said.has(text)) say(text);
    said.add(text);
    return found.message;
  }
}
