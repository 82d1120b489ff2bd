// Runs a peer that is a program of its own, and reads the figures that it prints.

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Sample, Unavailable } from '../lib/case.js';

/** How a script says that a package it needs is not there. Source: sysexits.h, EX_UNAVAILABLE. */
const LACKS_PACKAGE = 69;

/** Longest run of a script. Units: milliseconds. */
const SCRIPT_MS = 30_000;

/** What is run, and what to say where it can't be. */
export interface PeerScript {
  readonly command: string;
  /** File beside this one; it prints `name value` lines. */
  readonly script: string;
  readonly args?: readonly string[];
  readonly missing: string;
}

/** Runs a script. Errors: `Unavailable` where its program or a package of it is missing. */
export async function runScript(peer: PeerScript): Promise<Sample> {
  // A script is no TypeScript, so it stays where the sources are.
  const file = fileURLToPath(new URL(`../../../bench/peers/${peer.script}`, import.meta.url));
  try {
    const { stdout } = await promisify(execFile)(peer.command, [file, ...(peer.args ?? [])], {
      timeout: SCRIPT_MS,
    });
    const pairs = stdout.trim().split('\n');
    return Object.fromEntries(
      pairs.map((line) => line.split(' ')).map(([name, value]) => [name, Number(value)]),
    );
  } catch (error) {
    // `execFile` rejects with the reason why nothing was started, or the code that it ended with.
    const { code } = error as { readonly code?: string | number };
    if (code === 'ENOENT' || code === LACKS_PACKAGE) throw new Unavailable(peer.missing);
    throw error;
  }
}
