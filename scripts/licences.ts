// Checks that every package a user's install brings in carries a licence we may ship under.

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Violation } from './source-tree.js';

/** Permissive licences: they ask for a notice at most, never for our source. */
const ALLOWED = new Set(
  'MIT ISC Apache-2.0 BSD-2-Clause BSD-3-Clause 0BSD BlueOak-1.0.0 Unlicense CC0-1.0'.split(' '),
);

/** `devOptional` is what a user's install may bring too. */
type LockEntry = { readonly dev?: boolean };

/** What the licence check read and found. */
export type LicenceReport = {
  readonly packageCount: number;
  readonly violations: readonly Violation[];
};

/** Reads the licence of each installed production package, as its own package.json states it. */
export function licenceViolations(root: string): LicenceReport {
  // JSON.parse gives any; npm defines the shape of its lock file.
  const lock = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, LockEntry>>;
  };
  const violations: Violation[] = [];
  let packageCount = 0;
  for (const [folder, entry] of Object.entries(lock.packages)) {
    if (folder === '' || entry.dev === true) continue;
    const file = path.join(root, folder, 'package.json');
    // Binaries for other platforms stand in the lock file but are not installed here.
    if (!existsSync(file)) continue;
    packageCount++;
    const licence = statedLicence(readFileSync(file, 'utf8'));
    if (isAllowed(licence)) continue;
    const text = `'${folder}' is under '${licence}': expected a permissive licence, or drop it`;
    violations.push({ file: 'package.json', line: 1, rule: 'licence', text });
  }
  return { packageCount, violations };
}

/**
 * Whether a licence expression (SPDX, `OR`, `AND`, brackets) can be met with allowed licences; what
 * is no such expression can't.
 */
export function isAllowed(expression: string): boolean {
  let rest = expression.replace(/[()]/g, ' $& ').trim().replace(/\s+/g, ' ');
  // Brackets without brackets in them first: each becomes what it comes to.
  for (let before = ''; before !== rest; ) {
    before = rest;
    rest = rest.replace(/\( ([^()]*) \)/, (_, inner: string) => (isMet(inner) ? 'MIT' : 'no'));
  }
  return isMet(rest);
}

/** `AND` binds more tightly than `OR`. */
function isMet(expression: string): boolean {
  return expression
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((name) => ALLOWED.has(name)));
}

/** The licence as stated, in the present form or in one of the two old ones. */
function statedLicence(manifestText: string): string {
  // JSON.parse gives any; both old forms of the field are still found in packages.
  const manifest = JSON.parse(manifestText) as {
    readonly license?: string | { readonly type?: string };
    readonly licenses?: readonly { readonly type?: string }[];
  };
  const { license, licenses } = manifest;
  if (typeof license === 'string') return license;
  return license?.type ?? licenses?.map(({ type }) => type ?? 'unknown').join(' OR ') ?? 'unknown';
}
