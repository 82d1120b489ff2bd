// Static files out of one folder, kept in memory once read, and nothing outside of it.

import { createHash } from 'node:crypto';
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { extname, join, resolve, sep } from 'node:path';
import type uws from 'uwebsockets';
import { write, writeError } from './responses.js';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

/** Files kept in memory; a built dashboard has a dozen. */
const KEPT_MAX = 256;

/** Largest file kept or served. */
const FILE_BYTES_MAX = 16 * 1024 * 1024;

/** Names that end in a hash of their content never change. Source: vite's asset names. */
const HASHED = /[/\\]assets[/\\].+-[\w-]{8}\.\w+$/;

interface Kept {
  readonly changedMs: number;
  readonly bytes: Buffer;
  readonly tag: string;
}

/** Serves the files of a folder. */
export function fileServer(
  folder: string | undefined,
): (response: uws.HttpResponse, request: uws.HttpRequest) => void {
  const root = folder === undefined ? undefined : realOf(resolve(folder));
  const kept = new Map<string, Kept>();
  return (response, request) => {
    const isHead = request.getMethod() === 'head';
    const path = root === undefined ? undefined : pathIn(root, request.getUrl());
    const file = path === undefined ? undefined : load(kept, path);
    if (path === undefined || file === undefined) {
      writeError(response, 404, 'http.not_found', 'expected the path of a file of the dashboard');
      return;
    }
    const isUnchanged = request.getHeader('if-none-match') === file.tag;
    write(response, {
      status: isUnchanged ? 304 : 200,
      type: TYPES[extname(path)] ?? 'application/octet-stream',
      body: file.bytes,
      isHead,
      headers: {
        ETag: file.tag,
        'Cache-Control': HASHED.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache',
      },
    });
  };
}

/** The file a URL names, links resolved; undefined when there is none inside the folder. */
function pathIn(root: string, url: string): string | undefined {
  let name: string;
  try {
    name = decodeURIComponent(url);
  } catch {
    // Not a URL that any page of ours holds: answered as a file that is not there.
    return undefined;
  }
  if (name.includes('\0')) return undefined;
  const path = realOf(join(root, name === '/' ? 'index.html' : name));
  return path?.startsWith(root + sep) === true ? path : undefined;
}

function realOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    // There is no such file.
    return undefined;
  }
}

function load(kept: Map<string, Kept>, path: string): Kept | undefined {
  const { mtimeMs, size, isFile } = describe(path);
  if (!isFile || size > FILE_BYTES_MAX) return undefined;
  const known = kept.get(path);
  if (known?.changedMs === mtimeMs && known.bytes.length === size) return known;
  const bytes = readFileSync(path);
  const tag = `"${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}"`;
  const file: Kept = { changedMs: mtimeMs, bytes, tag };
  if (kept.size < KEPT_MAX || known !== undefined) kept.set(path, file);
  return file;
}

function describe(path: string): { mtimeMs: number; size: number; isFile: boolean } {
  const found = statSync(path, { throwIfNoEntry: false });
  return {
    mtimeMs: found?.mtimeMs ?? 0,
    size: found?.size ?? 0,
    isFile: found?.isFile() ?? false,
  };
}
