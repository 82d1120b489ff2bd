// Puts together the statements that compute the wanted features over all history.

import { askedFunction } from '../../actors/indicators/index.js';
import { Fault } from '../../engine/index.js';
import { askedForms } from './asked-forms.js';
import { CROSS_FORMS, FORMS } from './feature-forms.js';
import { CANDLE_STEPS } from './pattern-forms.js';
import { isSmoothed, smoothingSql } from './smoothing-sql.js';

/** Features that are columns of the bars themselves, as traded. */
const AS_TRADED = ['open', 'high', 'low', 'close', 'volume'];

/** Columns of the table `smoothed` carry this before the names of their series. */
const SMOOTH = 'smooth_';

/** What has to be made before the wanted columns can be. */
interface Plan {
  /** Form of every column that may be made. */
  readonly forms: Readonly<Record<string, string>>;
  readonly smoothings: Set<string>;
  /** Level of every form: how many tables stand between it and the bars. */
  readonly levels: Map<string, number>;
}

function wordsOf(sql: string): string[] {
  return [...new Set(sql.match(/\b[a-z]\w*\b/g) ?? [])];
}

/** Adds a column and all that it reads to the plan; its level, -1 for a column of a bar. */
function planColumn(column: string, plan: Plan): number {
  const known = plan.levels.get(column);
  if (known !== undefined) return known;
  const smoothing = column.slice(SMOOTH.length);
  if (column.startsWith(SMOOTH) && isSmoothed(smoothing)) plan.smoothings.add(smoothing);
  const sql = plan.forms[column];
  if (sql === undefined) return -1;
  const deepest = Math.max(-1, ...wordsOf(sql).map((word) => planColumn(word, plan)));
  plan.levels.set(column, deepest + 1);
  return deepest + 1;
}

/** The tables that hold such columns, joined on the bar. */
function joined(names: readonly string[], plan: Plan): string {
  const tables = new Set<string>();
  for (const name of names) {
    const level = plan.levels.get(name);
    if (level !== undefined) tables.add(`level_${level}`);
    else if (name.startsWith(SMOOTH)) tables.add('smoothed');
  }
  return ['adjusted', ...[...tables].sort().map((table) => `JOIN ${table} USING (symbol, n)`)].join(
    ' ',
  );
}

/** A statement that makes a table of the bar's key and some columns. */
function tableOf(name: string, forms: readonly (readonly [string, string])[], plan: Plan): string {
  const columns = forms.map(([column, sql]) => `, ${sql} AS "${column}"`);
  const source = joined(
    forms.flatMap(([, sql]) => wordsOf(sql)),
    plan,
  );
  return `CREATE TABLE ${name} AS SELECT symbol, n${columns.join('')} FROM ${source}`;
}

/** What is made in SQL of such features, and what has no form there but code of its own. */
export interface FeatureWays {
  readonly inSql: readonly string[];
  /** Functions whose code is run again over the database's bars. */
  readonly recomputed: readonly string[];
}

/** By which way the features of a list are made over history, each once. */
export function waysOf(wanted: Iterable<string>): FeatureWays {
  const names = [...new Set(wanted)];
  const forms = askedForms(names);
  const isRecomputed = (name: string): boolean =>
    forms[name] === undefined && askedFunction(name) !== undefined;
  return {
    inSql: names.filter((name) => !isRecomputed(name)),
    recomputed: names.filter(isRecomputed),
  };
}

/**
 * Statements that build the table `features` (symbol, date, open to volume as traded and the
 * wanted columns, NULL where not warm) and the table `adjusted` (forward-adjusted bars) from a
 * table `bars` (symbol, date as yyyymmdd, open, high, low, close, volume, dividend, split).
 * Errors: `research.no_sql_form` for a feature that `waysOf` has no form of.
 */
export function featureSql(wanted: readonly string[]): string[] {
  const forms = { ...askedForms(wanted), ...FORMS };
  const known = [...AS_TRADED, ...Object.keys(forms), ...Object.keys(CROSS_FORMS)];
  const unknown = wanted.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new Fault(
      'research.no_sql_form',
      `expected features with an SQL form, was ${unknown.join(', ')}; known are ${known.join(', ')}`,
    );
  }
  const plan: Plan = { forms, smoothings: new Set(), levels: new Map() };
  const shown = [...new Set(wanted)].filter((name) => !AS_TRADED.includes(name));
  const cross = shown.filter((name) => CROSS_FORMS[name] !== undefined);
  const own = shown.filter((name) => CROSS_FORMS[name] === undefined);
  for (const name of cross) for (const word of wordsOf(CROSS_FORMS[name]!)) planColumn(word, plan);
  for (const name of own) planColumn(name, plan);

  const hasPatterns = [...plan.levels.keys()].some((name) => name.startsWith('cdl_'));
  const statements = [adjustedSql(hasPatterns)];
  if (plan.smoothings.size > 0) statements.push(smoothingSql([...plan.smoothings]));
  const tables = plan.smoothings.size > 0 ? ['smoothed'] : [];
  const depth = Math.max(-1, ...plan.levels.values());
  for (let level = 0; level <= depth; level++) {
    const made = [...plan.levels].filter(([, at]) => at === level).map(([name]) => name);
    const columns = made.map((name) => [name, forms[name]!] as const);
    statements.push(tableOf(`level_${level}`, columns, plan));
    tables.push(`level_${level}`);
  }
  const crossForms = cross.map((name) => [name, CROSS_FORMS[name]!] as const);
  statements.push(tableOf('crossed', [['date', 'date'], ...crossForms], plan));
  tables.push('crossed');
  const columns = [
    'symbol',
    'crossed.date',
    ...AS_TRADED,
    ...own.map((name) => `"${name}"`),
    ...cross,
  ];
  statements.push(
    `CREATE TABLE features AS SELECT ${columns.join(', ')}
     FROM ${joined(own, plan)} JOIN crossed USING (symbol, n)`,
    ...tables.map((table) => `DROP TABLE ${table}`),
  );
  return statements;
}

/** Price factor after an action, in the order of operations of the stream. */
function factorAfter(before: string, action: string): string {
  const split = `${before} * ${action}.split`;
  const paid = `${split} * (${action}.close + ${action}.dividend) / ${action}.close`;
  return `CASE WHEN ${action}.dividend > 0 THEN ${paid} ELSE ${split} END`;
}

const BY_NUMBER = 'OVER (PARTITION BY symbol ORDER BY n)';

/**
 * Bars in forward-adjusted prices: past ones never change when a split or dividend comes. Sorted
 * by number, so that a round of smoothing reads one stretch of the table. Actions are folded one
 * by one, as the stream does: where two moves of a price are equal, the last bit decides.
 * A dividend is taken as put back at the close of its day, as `SymbolPlane.applyAction` says.
 */
function adjustedSql(hasPatterns: boolean): string {
  // Candles are steps of their own, since a column can't read another of the same step.
  const candles = (hasPatterns ? CANDLE_STEPS : []).map(
    (columns, step) =>
      `candles_${step} AS (SELECT *, ${columns.join(', ')} FROM ${step === 0 ? 'factored' : `candles_${step - 1}`}),`,
  );
  const source = hasPatterns ? `candles_${CANDLE_STEPS.length - 1}` : 'factored';
  return `CREATE TABLE adjusted AS
  WITH RECURSIVE numbered AS (
    SELECT *, row_number() OVER (PARTITION BY symbol ORDER BY date) AS n FROM bars),
  actions AS (
    SELECT symbol, n, split, dividend, close, row_number() ${BY_NUMBER} AS action
    FROM numbered WHERE split <> 1 OR dividend > 0),
  factors AS (
    SELECT symbol, n, action, ${factorAfter('1e0', 'actions')} AS factor, split AS volume_factor
    FROM actions WHERE action = 1
    UNION ALL
    SELECT a.symbol, a.n, a.action, ${factorAfter('factor', 'a')}, f.volume_factor * a.split
    FROM factors f JOIN actions a ON a.symbol = f.symbol AND a.action = f.action + 1),
  factored AS (
    SELECT b.*, COALESCE(f.factor, 1e0) AS factor,
      COALESCE(f.volume_factor, 1e0) AS volume_factor
    FROM numbered b ASOF LEFT JOIN factors f ON b.symbol = f.symbol AND b.n >= f.n),
  ${candles.join('\n')}
  forward AS (
    SELECT * EXCLUDE (volume_factor), open * factor AS fo, high * factor AS fh,
      low * factor AS fl, close * factor AS fc, volume / volume_factor AS fv
    FROM ${source}),
  linked AS (
    SELECT *, LAG(fc) ${BY_NUMBER} AS previous_fc, LAG(fh) ${BY_NUMBER} AS previous_fh,
      LAG(fl) ${BY_NUMBER} AS previous_fl
    FROM forward)
  SELECT *, fc - previous_fc AS change, LN(fc / previous_fc) AS log_return,
    (fh + fl + fc) / 3 AS typical,
    CASE WHEN n > 1
      THEN GREATEST(fh - fl, ABS(fh - previous_fc), ABS(fl - previous_fc)) END AS true_range
  FROM linked ORDER BY n, symbol`;
}
