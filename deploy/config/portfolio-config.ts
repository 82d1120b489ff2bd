// Reads a file of portfolios, with the limits, groups and rules that they are judged by.

import { dirname, resolve } from 'node:path';
import type { BreakerConfig } from '../../actors/breakers/index.js';
import type { BoardConfig } from '../../actors/groups/index.js';
import type { LimitConfig } from '../../actors/limits/index.js';
import { LOT_METHODS, type LotMethod } from '../../actors/lots/index.js';
import { type OptionPolicy, parseDecimal } from '../../actors/portfolio/index.js';
import type { PretradePolicy } from '../../actors/pretrade/index.js';
import { breakersOf } from './breaker-config.js';
import { type FieldPath, known, mapOf } from './fields.js';
import { type HeldRange, type Holdings, readHoldings } from './holdings.js';
import {
  boardConfigOf,
  type DeclaredGroup,
  groupsOf,
  limitsOf,
  ownLimitsOf,
} from './limits-config.js';
import type { Member } from './members.js';
import { optionPolicyOf } from './option-config.js';
import { policyOf } from './pretrade-config.js';
import { type ConfigMistake, readYaml, type YamlSource } from './yaml-source.js';

/** Most portfolios a file may declare. */
const PORTFOLIOS_MAX = 10_000;

/** Portfolios of one owner: their books are read together. */
const OWNED_MAX = 20;

const ID = /^[a-z0-9][a-z0-9-]{0,63}$/;

/** What a file may hold. */
const PARTS = [
  ...['limits', 'groups', 'pretrade', 'breakers', 'alerts', 'options', 'holdings', 'portfolios'],
];

/** Which symbols one side of a portfolio holds, in equal weights. */
export interface Selection {
  readonly all: boolean;
  readonly sector: string;
  readonly symbols: readonly string[];
}

/** One declared portfolio. */
export interface PortfolioConfig {
  readonly id: string;
  readonly name: string;
  /** Whose it is: wash sales look at all portfolios of one owner. Undefined: of nobody else's. */
  readonly owner: string | undefined;
  /** Opening cash in millionths of a dollar. */
  readonly cash: bigint;
  readonly long: Selection;
  /** Share of the cash invested long. */
  readonly longShare: number;
  readonly short: Selection | undefined;
  readonly shortShare: number;
  /** How its lots are chosen where a trade does not say. */
  readonly lots: LotMethod;
  /** Its positions in a file of holdings, where it comes from one: then `cash` is beside them. */
  readonly held?: HeldRange;
}

/** A whole file. */
export interface PortfoliosConfig {
  readonly portfolios: readonly PortfolioConfig[];
  /** What those hold that a file of holdings declares; undefined without one. */
  readonly holdings: Holdings | undefined;
  readonly limits: readonly LimitConfig[];
  /** All limits of portfolios that say some of their own, by id. */
  readonly ownLimits: ReadonlyMap<string, readonly LimitConfig[]>;
  readonly groups: readonly DeclaredGroup[];
  readonly policy: PretradePolicy;
  readonly optionPolicy: OptionPolicy;
  readonly breakers: BreakerConfig;
  /** Where alerts are posted; undefined for nowhere. */
  readonly webhook: string | undefined;
}

/** All portfolios of a file with their groups, over the symbols of a run. */
export function boardOf(
  config: PortfoliosConfig,
  symbols: readonly string[] = [],
  members: ReadonlyMap<string, Member> = new Map(),
): BoardConfig {
  const ids = config.portfolios.map(({ id }) => id);
  const sectors = symbols.map((symbol) => members.get(symbol)?.sector ?? '');
  return { ...boardConfigOf(ids, config, config.groups), sectors };
}

/** Reads a portfolios file. Errors: `config.invalid` with line and column. */
export function readPortfolios(file: string): PortfoliosConfig {
  return checkPortfolios(readYaml(file));
}

/** Validates what a file of portfolios holds. Errors: `config.invalid`. */
export function checkPortfolios(source: YamlSource): PortfoliosConfig {
  const mistakes: ConfigMistake[] = [];
  const data = mapOf(source.data, [], mistakes);
  known(data, PARTS, [], mistakes);
  const limits = limitsOf(data['limits'], ['limits'], mistakes);
  const policy = policyOf(data['pretrade'], mistakes);
  const optionPolicy = optionPolicyOf(data['options'], mistakes);
  const breakers = breakersOf(data['breakers'], mistakes);
  const webhook = webhookOf(data['alerts'], mistakes);
  const items = data['portfolios'];
  if (!Array.isArray(items) || items.length > PORTFOLIOS_MAX) {
    mistakes.push({
      path: ['portfolios'],
      text: `expected a list of at most ${PORTFOLIOS_MAX} portfolios`,
    });
  }
  const listed = heldIn(data['holdings'], source.file, mistakes);
  const seen = new Set(listed.portfolios.map(({ id }) => id));
  const written = (Array.isArray(items) ? items : []).map((item, index) => {
    const portfolio = portfolioOf(item, ['portfolios', index], mistakes);
    if (seen.has(portfolio.id)) {
      const text = `expected an id of its own, was ${portfolio.id} again`;
      mistakes.push({ path: ['portfolios', index, 'id'], text });
    }
    seen.add(portfolio.id);
    return portfolio;
  });
  const owned = new Map<string, number>();
  written.forEach(({ owner }, index) => {
    if (owner === undefined) return;
    const count = (owned.get(owner) ?? 0) + 1;
    owned.set(owner, count);
    if (count !== OWNED_MAX + 1) return;
    const text = `expected at most ${OWNED_MAX} portfolios of one owner, was more of ${owner}`;
    mistakes.push({ path: ['portfolios', index, 'owner'], text });
  });
  const portfolios = [...written, ...listed.portfolios];
  const groups = groupsOf(
    data['groups'],
    portfolios.map(({ id }) => id),
    mistakes,
  );
  const ownLimits = ownLimitsIn(items, written, limits, mistakes);
  source.failOn(mistakes);
  const judged = { limits, ownLimits, groups, policy, breakers, webhook };
  return { portfolios, holdings: listed.holdings, optionPolicy, ...judged };
}

/** Holds nothing that it says itself. */
const NOTHING: Selection = { all: false, sector: '', symbols: [] };

/** What the file of holdings declares that is named beside the portfolios, if any. */
function heldIn(
  data: unknown,
  beside: string,
  mistakes: ConfigMistake[],
): Pick<PortfoliosConfig, 'portfolios' | 'holdings'> {
  if (data === undefined) return { portfolios: [], holdings: undefined };
  const fields = mapOf(data, ['holdings'], mistakes);
  known(fields, ['file', 'lots'], ['holdings'], mistakes);
  const { file } = fields;
  const lots = methodOf(fields['lots'], ['holdings'], mistakes);
  if (typeof file !== 'string' || file === '') {
    const text = `expected the path of a CSV file, was ${String(file)}`;
    mistakes.push({ path: ['holdings', 'file'], text });
    return { portfolios: [], holdings: undefined };
  }
  const read = readHoldings(resolve(dirname(beside), file));
  const sides = { long: NOTHING, longShare: 0, short: undefined, shortShare: 0 } as const;
  const portfolios = read.portfolios.map(({ id, cash, held }) => {
    return { id, name: id, cash, ...sides, lots, held, owner: undefined };
  });
  return { portfolios, holdings: read.holdings };
}

/** How lots are chosen. */
function methodOf(data: unknown, path: FieldPath, mistakes: ConfigMistake[]): LotMethod {
  const method = data ?? 'fifo';
  const lots = LOT_METHODS.find((one) => one === method && one !== 'specific');
  if (lots === undefined) {
    const text = `expected fifo, lifo, hifo or average, was ${method}`;
    mistakes.push({ path: [...path, 'lots'], text });
  }
  return lots ?? 'fifo';
}

/** Limits of the portfolios that say some; `items` are they as written. */
function ownLimitsIn(
  items: unknown,
  portfolios: readonly PortfolioConfig[],
  limits: readonly LimitConfig[],
  mistakes: ConfigMistake[],
): ReadonlyMap<string, readonly LimitConfig[]> {
  const own = new Map<string, readonly LimitConfig[]>();
  portfolios.forEach(({ id }, index) => {
    // There are as many portfolios as items; one that is no map has been told.
    const { limits: data } =
      (items as readonly ({ readonly limits?: unknown } | null)[])[index] ?? {};
    if (data === undefined) return;
    own.set(id, ownLimitsOf(data, ['portfolios', index, 'limits'], limits, mistakes));
  });
  return own;
}

/** The address that alerts are posted to. */
function webhookOf(data: unknown, mistakes: ConfigMistake[]): string | undefined {
  if (data === undefined) return undefined;
  const fields = mapOf(data, ['alerts'], mistakes);
  known(fields, ['webhook'], ['alerts'], mistakes);
  const webhook = fields['webhook'];
  if (webhook === undefined) return undefined;
  if (typeof webhook === 'string' && URL.canParse(webhook) && /^https?:/.test(webhook)) {
    return webhook;
  }
  const text = `expected an address that begins with http:// or https://, was ${String(webhook).slice(0, 64)}`;
  mistakes.push({ path: ['alerts', 'webhook'], text });
  return undefined;
}

function portfolioOf(item: unknown, path: FieldPath, mistakes: ConfigMistake[]): PortfolioConfig {
  const fields = mapOf(item, path, mistakes);
  known(
    fields,
    ['id', 'name', 'owner', 'cash', 'long', 'long_share', 'short', 'short_share', 'lots', 'limits'],
    path,
    mistakes,
  );
  const id = String(fields['id'] ?? '');
  if (!ID.test(id)) {
    mistakes.push({ path: [...path, 'id'], text: `expected an id of a-z, 0-9 and -, was ${id}` });
  }
  const cash = parseDecimal(String(fields['cash'] ?? ''));
  if (cash === undefined || cash <= 0n) {
    mistakes.push({
      path: [...path, 'cash'],
      text: `expected a positive decimal in quotes, was ${fields['cash']}`,
    });
  }
  const share = (key: string): number => {
    const value = fields[key] ?? 0;
    if (typeof value === 'number' && value >= 0 && value <= 5) return value;
    mistakes.push({
      path: [...path, key],
      text: `expected a share of cash from 0 to 5, was ${value}`,
    });
    return 0;
  };
  const sideOf = (key: string): Selection | undefined =>
    fields[key] === undefined ? undefined : selectionOf(fields[key], [...path, key], mistakes);
  return {
    id,
    lots: methodOf(fields['lots'], path, mistakes),
    name: String(fields['name'] ?? id),
    owner: ownerOf(fields['owner'], [...path, 'owner'], mistakes),
    cash: cash ?? 0n,
    long: sideOf('long') ?? NOTHING,
    longShare: share('long_share'),
    short: sideOf('short'),
    shortShare: share('short_share'),
  };
}

function ownerOf(data: unknown, path: FieldPath, mistakes: ConfigMistake[]): string | undefined {
  if (data === undefined) return undefined;
  if (typeof data === 'string' && ID.test(data)) return data;
  mistakes.push({ path, text: `expected a name of a-z, 0-9 and -, was ${String(data)}` });
  return undefined;
}

function selectionOf(data: unknown, path: FieldPath, mistakes: ConfigMistake[]): Selection {
  const fields = mapOf(data, path, mistakes);
  known(fields, ['all', 'sector', 'symbols'], path, mistakes);
  const symbols = fields['symbols'] ?? [];
  if (!Array.isArray(symbols)) {
    mistakes.push({
      path: [...path, 'symbols'],
      text: `expected a list of symbols, was ${typeof symbols}`,
    });
  }
  return {
    all: fields['all'] === true,
    sector: String(fields['sector'] ?? ''),
    symbols: Array.isArray(symbols) ? symbols.map(String) : [],
  };
}
