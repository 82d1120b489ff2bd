// Installs and builds what is missing, then runs one verb; plain Node, for it runs before install.

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const NODE_MIN = '20.19';
/** From this Node on the WebSocket server's binaries ask for this version of the C library. */
const GLIBC_FROM_NODE = '22.0';
const GLIBC_MIN = '2.38';
const SOURCE_FOLDERS = ['engine', 'actors', 'proto', 'bench', 'deploy', 'scripts'];
/** Compiled with it, kernels are stale once it has changed. */
const KERNELS = 'scripts/compile-kernels.mjs';
const INSTALL_STAMP = 'node_modules/.sluice-install';
const BUILD_STAMP = 'dist/.build-stamp';
const WEB_STAMP = 'dist/.web-stamp';

/** What each verb runs once everything is built: the compiled entry, then its leading arguments. */
const VERBS = {
  start: ['dist/deploy/cli/sluice.js', 'run'],
  sluice: ['dist/deploy/cli/sluice.js'],
  test: ['dist/scripts/run-tests.js'],
  check: ['dist/scripts/check.js'],
  bench: ['dist/bench/main.js'],
  fences: ['dist/scripts/fences.js'],
  tidy: ['dist/scripts/tidy.js'],
  modules: ['dist/scripts/modules.js'],
  proto: ['dist/scripts/proto.js'],
  errors: ['dist/scripts/errors.js'],
  audit: ['dist/scripts/audit.js'],
  crash: ['dist/scripts/crash.js'],
  sim: ['dist/scripts/sim.js'],
  'store-release': ['dist/scripts/store-release.js'],
  fuzz: ['dist/scripts/fuzz.js'],
};

await main(process.argv.slice(2));

async function main([verb, ...rest]) {
  checkNode();
  if (verb !== 'build' && !Object.hasOwn(VERBS, verb ?? '')) {
    const known = ['build', ...Object.keys(VERBS)].join(', ');
    fail(`expected one of the verbs ${known}, was '${verb ?? ''}'`, 2);
  }
  process.chdir(ROOT);
  await install();
  // Code that uses a new field compiles only once the field is generated.
  const isGenerating = verb === 'proto' && existsSync(VERBS.proto[0]);
  if (!isGenerating) await build(rest.includes('--force'));
  if (verb === 'build') return;
  await runVerb(verb, rest);
}

/** Stops with a sentence the reader can act on when this Node is too old. */
function checkNode() {
  const { node } = process.versions;
  if (!isAtLeast(node, NODE_MIN)) {
    fail(`expected Node ${NODE_MIN} or newer, was ${node}: install it and run again`, 1);
  }
  // Absent where the C library is another.
  const glibc = process.report.getReport().header.glibcVersionRuntime;
  const isSound = glibc === undefined || isAtLeast(glibc, GLIBC_MIN);
  if (isSound || !isAtLeast(node, GLIBC_FROM_NODE)) return;
  const wanted = `expected glibc ${GLIBC_MIN} or newer under Node ${GLIBC_FROM_NODE} and later`;
  fail(`${wanted}, was ${glibc} under ${node}: use Node 20 on this system`, 1);
}

/** Whether a version is another or newer, by its first two numbers. */
function isAtLeast(version, other) {
  const [major, minor] = version.split('.').map(Number);
  const [otherMajor, otherMinor] = other.split('.').map(Number);
  return major > otherMajor || (major === otherMajor && minor >= otherMinor);
}

/**
 * Installs the lock file's packages unless they are there already, for this Node.
 *
 * Not `npm ci`: it refuses a lock file that lacks other platforms' optional binaries, which is what
 * a registry that mirrors one platform makes npm write. `npm install --no-save` takes the same
 * versions and leaves the file alone; that they are the same is then checked rather than believed.
 */
async function install() {
  const lock = readFileSync('package-lock.json', 'utf8');
  const wanted = `${sha256(lock)} node-abi-${process.versions.modules}`;
  const stamp = readText(INSTALL_STAMP);
  // Without a stamp someone ran npm by hand: its own record of what it installed tells what fits.
  const isInstalled = stamp === undefined ? wrongPackages(lock).length === 0 : stamp === wanted;
  if (!isInstalled) {
    const args = ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
    await step('Installing packages (npm; the first time takes a minute)', () =>
      run(npmCommand(), args, installEnvironment()),
    );
    const wrong = wrongPackages(lock);
    if (wrong.length > 0) {
      fail(`expected the packages of package-lock.json, was another: ${wrong.join(', ')}`, 1);
    }
  }
  if (stamp !== wanted) writeFileSync(INSTALL_STAMP, wanted);
}

/** Packages of the lock file, but for optional ones, that are absent or of another version. */
function wrongPackages(lock) {
  const record = readText('node_modules/.package-lock.json');
  const installed = record === undefined ? {} : JSON.parse(record).packages;
  return Object.entries(JSON.parse(lock).packages)
    .filter(([name, entry]) => name !== '' && !entry.optional && !entry.devOptional && !entry.peer)
    .filter(([name, entry]) => installed[name]?.version !== entry.version)
    .map(([name]) => name.replace('node_modules/', ''));
}

/**
 * Native packages compile against Node's headers. Where this Node ships its own beside it, say so,
 * or node-gyp tries to download them.
 */
function installEnvironment() {
  const prefix = path.resolve(path.dirname(process.execPath), '..');
  const header = readText(path.join(prefix, 'include/node/node_version.h')) ?? '';
  const major = process.versions.node.split('.')[0];
  const isOurs = new RegExp(`NODE_MAJOR_VERSION ${major}\\b`).test(header);
  const isChosen = process.env.npm_config_nodedir !== undefined;
  if (!isOurs || isChosen) return process.env;
  return { ...process.env, npm_config_nodedir: prefix };
}

/** Compiles the sources, and the dashboard, each only when its sources changed since. */
async function build(isForced) {
  const sources = fingerprint([...SOURCE_FOLDERS, 'tsconfig.json', 'package-lock.json'], isServer);
  if (isForced || readText(BUILD_STAMP) !== sources) {
    await step('Compiling TypeScript to dist/', async () => {
      await pruneStale('dist');
      await run(process.execPath, ['node_modules/ts7/bin/tsc', '-p', 'tsconfig.json']);
      await run(process.execPath, [KERNELS]);
    });
    mkdirSync('dist', { recursive: true });
    writeFileSync(BUILD_STAMP, sources);
  }
  if (!existsSync('deploy/web/index.html')) return;
  const web = fingerprint(['deploy/web', 'proto', 'package-lock.json'], () => true);
  if (!isForced && readText(WEB_STAMP) === web && existsSync('dist/web/index.html')) return;
  await step('Building the dashboard to dist/web/', () =>
    run(process.execPath, [
      'node_modules/vite/bin/vite.js',
      'build',
      'deploy/web',
      '--outDir',
      path.join(ROOT, 'dist/web'),
      '--emptyOutDir',
      '--logLevel',
      'warn',
    ]),
  );
  writeFileSync(WEB_STAMP, web);
}

function isServer(file) {
  if (file.startsWith('deploy/web/')) return false;
  return /\.(ts|json)$/.test(file) || file === KERNELS;
}

/** A hash over path, size and time of every file that `accept` takes; it notices deletions too. */
function fingerprint(roots, accept) {
  const hash = createHash('sha256').update(process.version);
  for (const root of roots) {
    for (const file of filesUnder(root)) {
      if (!accept(file)) continue;
      const { size, mtimeMs } = statSync(file);
      hash.update(`${file} ${size} ${mtimeMs}\n`);
    }
  }
  return hash.digest('hex');
}

function filesUnder(root) {
  if (!existsSync(root)) return [];
  if (statSync(root).isFile()) return [root];
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

/** Removes compiled files whose source is gone, so that no ghost module is imported or tested. */
async function pruneStale(folder) {
  for (const file of filesUnder(folder)) {
    if (!file.endsWith('.js') || file.startsWith('dist/web/')) continue;
    const source = path.relative('dist', file).replace(/\.js$/, '.ts');
    if (existsSync(source)) continue;
    await rm(file, { force: true });
    await rm(`${file}.map`, { force: true });
  }
}

/**
 * Runs the verb in this very process: signals, exit codes and the terminal then need no forwarding,
 * and a killed process group leaves no orphan behind.
 */
async function runVerb(verb, rest) {
  const [entry, ...leading] = VERBS[verb];
  const file = path.join(ROOT, entry);
  if (!existsSync(file)) {
    const source = entry.replace(/^dist\//, '').replace(/\.js$/, '.ts');
    fail(`expected ${entry} after the build, was missing: is ${source} in the tree?`, 1);
  }
  process.argv = [process.argv[0], file, ...leading, ...rest];
  await import(pathToFileURL(file).href);
}

function npmCommand() {
  return process.platform === 'win32' ? 'npm.cmd' : 'npm';
}

async function step(title, work) {
  const startMs = performance.now();
  console.error(`sluice: ${title} ...`);
  await work();
  console.error(`sluice: ${title}: ${((performance.now() - startMs) / 1000).toFixed(1)} s`);
}

/** Runs a command to its end, passing our signals on; a failure ends this process with its code. */
function run(command, args, env = process.env, stdout = 'inherit') {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', stdout, 'inherit'], env });
    const pass = (signal) => child.kill(signal);
    process.on('SIGINT', pass).on('SIGTERM', pass).on('SIGHUP', pass);
    child.on('error', (error) => fail(`could not run ${command}: ${error.message}`, 1));
    child.on('close', (code, signal) => {
      process.off('SIGINT', pass).off('SIGTERM', pass).off('SIGHUP', pass);
      if (code === 0) return resolve();
      const outcome = signal === null ? `exit code ${code}` : `signal ${signal}`;
      fail(
        `'${path.basename(command)} ${args.slice(0, 3).join(' ')}' ended with ${outcome}`,
        code ?? 1,
      );
    });
  });
}

function readText(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

function sha256(text) {
  return createHash('sha256').update(text).digest('hex');
}

function fail(text, code) {
  console.error(`sluice: ${text}`);
  process.exit(code);
}
