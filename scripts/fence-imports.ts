// The import fences: who may import whom, one package in one folder, and no cycles.

import path from 'node:path';
import ts from 'typescript';
import {
  packageOf,
  resolveImport,
  type SourceModule,
  type Violation,
  walk,
} from './source-tree.js';

/** Packages that are pure computation: no resource to own, so no single folder owns them. */
const PURE_PACKAGES = new Set(['simple-statistics', '@datastructures-js/priority-queue']);

/** Folders decided in advance. A package not named here may live in any one folder. */
const PACKAGE_HOMES: Readonly<Record<string, readonly string[]>> = {
  '@duckdb/node-api': ['engine/io/duckdb'],
  '@grpc/grpc-js': ['engine/io/grpc'],
  '@grpc/proto-loader': ['engine/io/grpc'],
  '@grpc/reflection': ['engine/io/grpc'],
  'grpc-health-check': ['engine/io/grpc'],
  lmdb: ['engine/io/lmdb'],
  nanomsg: ['engine/io/nng'],
  piscina: ['engine/shard'],
  uwebsockets: ['engine/io/websocket'],
  ws: ['engine/io/http'],
  commander: ['deploy/cli'],
  'cli-progress': ['deploy/cli'],
  yaml: ['deploy/config'],
  zod: ['deploy/config'],
  // The runtime of generated messages: needed by the code that encodes them, at each edge.
  '@bufbuild/protobuf': [
    'proto',
    'engine/io/grpc',
    'deploy/adapters',
    'deploy/app',
    'deploy/services',
    'deploy/cli',
    'deploy/console',
    'deploy/fuzz',
    'deploy/web',
  ],
};

/** Every breach of the import rules, in file order. */
export function importViolations(modules: readonly SourceModule[]): Violation[] {
  const files = new Set(modules.map((module) => module.file));
  const edges = new Map<string, string[]>();
  const violations: Violation[] = [];
  const needs = readNeeds(modules);
  for (const module of modules) {
    const targets: string[] = [];
    edges.set(module.file, targets);
    for (const use of module.imports) {
      const report = (rule: string, text: string): void => {
        violations.push({ file: module.file, line: use.line, rule, text });
      };
      if (!use.specifier.startsWith('.')) {
        checkPackage(module, use.specifier, report);
        continue;
      }
      const target = resolveImport(module.file, use.specifier, files);
      if (target === undefined) continue;
      targets.push(target);
      checkLayers(module, target, needs, report);
    }
  }
  violations.push(...manifestViolations(modules, needs));
  violations.push(...packageFolderViolations(modules));
  violations.push(...cycleViolations(edges));
  return violations;
}

type Report = (rule: string, text: string) => void;
type Needs = ReadonlyMap<string, ReadonlySet<string>>;

/** The name of the actors module a file belongs to; undefined for files beside the modules. */
function actorsModuleOf(file: string): string | undefined {
  const parts = file.split('/');
  return parts[0] === 'actors' && parts.length > 2 ? parts[1] : undefined;
}

function checkLayers(module: SourceModule, target: string, needs: Needs, report: Report): void {
  const from = module.file.split('/')[0] ?? '';
  const to = target.split('/')[0] ?? '';
  const isOutside = ['deploy', 'bench', 'scripts'].includes(to);
  if (isOutside && from !== to && !['bench', 'scripts'].includes(from)) {
    report('upward', `nothing imports ${to}/, was ${target}: move what is shared down a layer`);
  }
  if (from === 'engine' && to !== 'engine') {
    report('engine-imports', `engine/ imports only engine/, was ${target}`);
  }
  const isCore = module.file.startsWith('engine/core/') && !module.isTest;
  if (isCore && !target.startsWith('engine/core/')) {
    report('core-imports', `engine/core imports only itself, was ${target}`);
  }
  if (from === 'proto' && to !== 'proto' && !target.startsWith('engine/wire/')) {
    report('proto-imports', `proto/ imports only proto/ and engine/wire, was ${target}`);
  }
  if (from === 'actors') checkActors(module, target, needs, report);
}

function checkActors(module: SourceModule, target: string, needs: Needs, report: Report): void {
  const own = actorsModuleOf(module.file);
  const sibling = actorsModuleOf(target);
  if (target.startsWith('engine/') && target !== 'engine/index.ts') {
    report('actor-imports', `actors/ sees only the engine's door, engine/index.ts, was ${target}`);
  }
  if (own === undefined || sibling === undefined || sibling === own) return;
  if (target !== `actors/${sibling}/index.ts`) {
    report('actor-imports', `expected the door actors/${sibling}/index.ts, was ${target}`);
  }
  // A test may compare with a sibling that the module itself does not need.
  if (module.isTest || needs.get(own)?.has(sibling) === true) return;
  report('actor-needs', `add '${sibling}' to needs in actors/${own}/module.ts, or drop the import`);
}

function checkPackage(module: SourceModule, specifier: string, report: Report): void {
  if (module.isTest) return;
  const isCore = module.file.startsWith('engine/core/');
  if (isCore) report('core-imports', `engine/core imports only itself, was '${specifier}'`);
  if (!module.file.startsWith('actors/') || specifier.startsWith('node:')) return;
  if (PURE_PACKAGES.has(packageOf(specifier))) return;
  report('actor-imports', `actors/ may use only pure packages, was '${specifier}'`);
}

function packageFolderViolations(modules: readonly SourceModule[]): Violation[] {
  const uses = new Map<string, { folder: string; file: string; line: number }[]>();
  for (const module of modules) {
    if (module.isTest || /^(bench|scripts)\//.test(module.file)) continue;
    for (const use of module.imports) {
      const name = packageOf(use.specifier);
      if (/^(\.|node:)/.test(use.specifier) || PURE_PACKAGES.has(name)) continue;
      const entry = { folder: homeOf(module.file), file: module.file, line: use.line };
      uses.set(name, [...(uses.get(name) ?? []), entry]);
    }
  }
  const violations: Violation[] = [];
  for (const [name, entries] of uses) {
    const homes = PACKAGE_HOMES[name] ?? [entries[0]?.folder ?? ''];
    for (const { folder, file, line } of entries) {
      if (homes.includes(folder)) continue;
      const text = `'${name}' belongs to ${homes.join(', ')}, was imported from ${folder}`;
      violations.push({ file, line, rule: 'package-folder', text });
    }
  }
  return violations;
}

/** The folder that counts as one home: one driver under engine/io, else two levels. */
function homeOf(file: string): string {
  const folders = path.posix.dirname(file).split('/');
  if (folders[0] === 'proto') return 'proto';
  return folders.slice(0, folders[1] === 'io' ? 3 : 2).join('/');
}

function readNeeds(modules: readonly SourceModule[]): Needs {
  const needs = new Map<string, ReadonlySet<string>>();
  for (const module of modules) {
    const name = actorsModuleOf(module.file);
    if (name === undefined || module.file !== `actors/${name}/module.ts`) continue;
    needs.set(name, new Set(manifestStrings(module, 'needs')));
  }
  return needs;
}

/** The strings of one array field of a manifest, read from its source without running it. */
export function manifestStrings(module: SourceModule, field: string): string[] {
  const found: string[] = [];
  walk(module.tree, (node) => {
    if (!ts.isPropertyAssignment(node) || node.name.getText(module.tree) !== field) return;
    walk(node.initializer, (inner) => {
      if (ts.isStringLiteralLike(inner)) found.push(inner.text);
    });
  });
  return found;
}

function manifestViolations(modules: readonly SourceModule[], needs: Needs): Violation[] {
  const names = new Set<string>();
  for (const { file, isTest } of modules) {
    const name = actorsModuleOf(file);
    if (name !== undefined && !isTest) names.add(name);
  }
  const violations: Violation[] = [];
  for (const name of [...names].sort()) {
    const file = `actors/${name}/module.ts`;
    const report = (text: string): void => {
      violations.push({ file, line: 1, rule: 'manifest', text });
    };
    if (!needs.has(name)) report('expected a manifest, was missing: see actors/module.ts');
    for (const need of needs.get(name) ?? []) {
      if (!names.has(need)) report(`needs '${need}', expected a module of actors/, was none`);
    }
  }
  return violations;
}

/** Finds import cycles with Tarjan's strongly connected components, without recursion. */
function cycleViolations(edges: ReadonlyMap<string, readonly string[]>): Violation[] {
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const open: string[] = [];
  const isOpen = new Set<string>();
  const violations: Violation[] = [];
  const enter = (file: string): { file: string; next: number } => {
    order.set(file, order.size);
    low.set(file, order.size - 1);
    open.push(file);
    isOpen.add(file);
    return { file, next: 0 };
  };
  const lower = (file: string, value: number): void => {
    low.set(file, Math.min(low.get(file) ?? value, value));
  };
  const leave = (file: string): void => {
    if (low.get(file) !== order.get(file)) return;
    const members = open.splice(open.indexOf(file)).sort();
    for (const member of members) isOpen.delete(member);
    const first = members[0] ?? file;
    const isSelf = edges.get(file)?.includes(file) === true;
    if (members.length === 1 && !isSelf) return;
    const text = `expected no import cycle, was one of ${members.join(', ')}`;
    violations.push({ file: first, line: 1, rule: 'cycle', text });
  };
  for (const root of edges.keys()) {
    if (order.has(root)) continue;
    const path = [enter(root)];
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const target = edges.get(top.file)?.[top.next++];
      if (target === undefined) {
        path.pop();
        leave(top.file);
        const parent = path.at(-1);
        if (parent !== undefined) lower(parent.file, low.get(top.file) ?? 0);
      } else if (!order.has(target)) path.push(enter(target));
      else if (isOpen.has(target)) lower(top.file, order.get(target) ?? 0);
    }
  }
  return violations;
}
