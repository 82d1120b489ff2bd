// Holds package-lock.json to naming every package it refers to, which `npm ci` asks for.

import type { Violation } from './source-tree.js';

/** What the check reads of a package in the lock file. */
type LockEntry = { readonly optionalDependencies?: Readonly<Record<string, string>> };

/**
 * Optional packages, as the binaries for other platforms are, without an entry of their own.
 * A registry that holds one platform alone makes npm leave the others out; `npm ci` then refuses.
 */
export function lockViolations(lockText: string): Violation[] {
  // JSON.parse gives any; npm defines the shape of its lock file.
  const { packages } = JSON.parse(lockText) as {
    readonly packages: Readonly<Record<string, LockEntry>>;
  };
  const violations: Violation[] = [];
  for (const [folder, { optionalDependencies }] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(optionalDependencies ?? {})) {
      if (isEntered(packages, folder, name)) continue;
      const text = `expected an entry of '${name}' ${version}, an option of '${folder}', was none`;
      violations.push({ file: 'package-lock.json', line: 1, rule: 'lock-entry', text });
    }
  }
  return violations;
}

/** Whether Node would find a package from a folder: beside it, or beside a folder above it. */
function isEntered(packages: Readonly<Record<string, unknown>>, from: string, name: string) {
  for (let folder = from; ; folder = folder.slice(0, folder.lastIndexOf('/node_modules/'))) {
    if (`${folder}/node_modules/${name}` in packages) return true;
    if (!folder.includes('/node_modules/')) return `node_modules/${name}` in packages;
  }
}
