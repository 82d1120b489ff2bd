// Reads planted manifests, renders the map, and compares planted generated code.

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { runSteps, summarise } from './check.js';
import { readManifests, renderMap } from './modules.js';
import { differingFiles } from './proto.js';

const BARS = `/** Bars. */
export const bars: ModuleManifest = {
  name: 'bars',
  tier: 'Core',
  needs: ['market', 'calendar'],
  behaviours: ['bar'],
  reads: ['prints'],
  writes: [],
  services: ['sluice.market.v1.MarketData'],
};
`;

t.test('renders a row a module, from the source of its manifest', async (t) => {
  const root = t.testdir({ actors: { bars: { 'module.ts': BARS }, 'module.ts': 'export {};' } });
  const manifests = readManifests(root);
  t.equal(manifests.length, 1);
  const row =
    '| [bars](bars/) | Core | `market`, `calendar` | `bar` | `prints` | - | ' +
    '`sluice.market.v1.MarketData` |';
  t.ok(renderMap(manifests).includes(row), renderMap(manifests));
});

t.test('refuses a manifest of another name or tier, naming the file', async (t) => {
  const named = t.testdir({ actors: { other: { 'module.ts': BARS } } });
  t.throws(() => readManifests(named), {
    message: /actors\/other\/module\.ts.*'other', was 'bars'/,
  });
  const tier = t.testdir({ actors: { bars: { 'module.ts': BARS.replace('Core', 'Gold') } } });
  t.throws(() => readManifests(tier), { message: /expected tier Core.*was 'Gold'/ });
});

t.test('finds generated files that changed, are missing or are left over', async (t) => {
  const tree = (name: string, files: Readonly<Record<string, string>>): string => {
    const root = path.join(t.testdirName, name);
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(path.join(root, 'proto/gen'), { recursive: true });
      writeFileSync(path.join(root, 'proto/gen', file), text);
    }
    return root;
  };
  t.testdir({});
  const present = tree('present', { 'a_pb.ts': '1', 'b_pb.ts': '1', 'c_pb.ts': '1' });
  const wanted = tree('wanted', { 'a_pb.ts': '1', 'b_pb.ts': '2', 'd_pb.ts': '1' });
  const found = differingFiles(present, wanted);
  t.same(found, ['proto/gen/b_pb.ts', 'proto/gen/c_pb.ts', 'proto/gen/d_pb.ts']);
});

t.test('a step fails by its exit code, and the summary names it', async (t) => {
  const root = t.testdir({ 'good.js': '', 'bad.js': 'process.exit(3)' });
  const steps = ['good', 'bad'].map((title) => ({ title, args: [`${title}.js`] }));
  const outcomes = await runSteps(root, steps);
  t.same(
    outcomes.map(({ title, isOk }) => `${title} ${isOk}`),
    ['good true', 'bad false'],
  );
  t.match(summarise(outcomes), /check: 2 steps, failed: bad$/);
});
