// Reads limits and groups: levels in their order, actions no weaker at the harder level.

import type { BoardConfig, GroupConfig, GroupLevel } from '../../actors/groups/index.js';
import {
  LIMIT_ACTIONS,
  LIMIT_LEVELS,
  LIMIT_MEASURES,
  type LimitConfig,
  type LimitMeasure,
} from '../../actors/limits/index.js';
import { type FieldPath, type Fields, known, mapOf } from './fields.js';
import type { ConfigMistake } from './yaml-source.js';

/** Most groups of one file. */
const GROUPS_MAX = 100;

const GROUP_LEVELS: readonly GroupLevel[] = ['strategy', 'desk', 'firm', 'sector'];

/** What a part of portfolios has: its fall, and the options in it, are not told apart. */
const SECTOR_MEASURES: readonly LimitMeasure[] = [
  'gross_exposure',
  'net_exposure',
  'single_name',
  'var99',
];

/** A group as it was written: its members by id. */
export interface DeclaredGroup extends Omit<GroupConfig, 'members'> {
  readonly portfolios: readonly string[];
}

/** Limits of one scope; mistakes are kept with their places. */
export function limitsOf(data: unknown, path: FieldPath, mistakes: ConfigMistake[]): LimitConfig[] {
  const fields = mapOf(data, path, mistakes);
  known(fields, LIMIT_MEASURES, path, mistakes);
  return LIMIT_MEASURES.flatMap((measure) =>
    fields[measure] === undefined ? [] : levelsOf(fields, measure, [...path, measure], mistakes),
  );
}

function levelsOf(
  fields: Fields,
  measure: LimitMeasure,
  path: FieldPath,
  mistakes: ConfigMistake[],
): LimitConfig[] {
  const levels = mapOf(fields[measure], path, mistakes);
  known(levels, [...LIMIT_LEVELS, 'actions'], path, mistakes);
  const actions =
    levels['actions'] === undefined ? {} : mapOf(levels['actions'], [...path, 'actions'], mistakes);
  known(actions, LIMIT_LEVELS, [...path, 'actions'], mistakes);
  const limits: LimitConfig[] = [];
  let strongest = 0;
  for (const severity of LIMIT_LEVELS) {
    const limit = levels[severity];
    const action = actionOf(actions, severity, [...path, 'actions'], mistakes);
    if (limit === undefined) {
      if (actions[severity] === undefined) continue;
      const text = `expected a ${severity} limit for the action, there is none`;
      mistakes.push({ path: [...path, 'actions', severity], text });
      continue;
    }
    if (typeof limit !== 'number' || !(limit > 0)) {
      mistakes.push({ path: [...path, severity], text: `expected a number above 0, was ${limit}` });
      continue;
    }
    const below = limits.at(-1);
    if (below !== undefined && limit <= below.limit) {
      const text = `expected more than the ${below.severity} limit of ${below.limit}, was ${limit}`;
      mistakes.push({ path: [...path, severity], text });
    }
    const strength = LIMIT_ACTIONS.indexOf(action);
    if (strength < strongest) {
      const text = `expected an action no weaker than ${LIMIT_ACTIONS[strongest]} of the level before, was ${action}`;
      mistakes.push({
        path: [...path, ...(severity in actions ? ['actions'] : []), severity],
        text,
      });
    }
    strongest = Math.max(strongest, strength);
    limits.push({ measure, severity, limit, ...(action !== 'alert' && { action }) });
  }
  return limits;
}

function actionOf(fields: Fields, severity: string, path: FieldPath, mistakes: ConfigMistake[]) {
  const value = fields[severity] ?? 'alert';
  const action = LIMIT_ACTIONS.find((name) => name === value);
  if (action === undefined) {
    const text = `expected one of ${LIMIT_ACTIONS.join(', ')}, was ${String(value)}`;
    mistakes.push({ path: [...path, severity], text });
  }
  return action ?? 'alert';
}

/** Groups of a file whose portfolios are known. */
export function groupsOf(
  data: unknown,
  ids: readonly string[],
  mistakes: ConfigMistake[],
): DeclaredGroup[] {
  if (data === undefined) return [];
  if (!Array.isArray(data) || data.length > GROUPS_MAX) {
    mistakes.push({ path: ['groups'], text: `expected a list of at most ${GROUPS_MAX} groups` });
    return [];
  }
  const seen = new Set<string>();
  return data.map((item, index) => {
    const group = groupOf(item, ['groups', index], ids, mistakes);
    if (seen.has(group.id)) {
      const text = `expected an id of its own, was ${group.id} again`;
      mistakes.push({ path: ['groups', index, 'id'], text });
    }
    seen.add(group.id);
    return group;
  });
}

function groupOf(
  item: unknown,
  path: FieldPath,
  ids: readonly string[],
  mistakes: ConfigMistake[],
): DeclaredGroup {
  const fields = mapOf(item, path, mistakes);
  known(fields, ['id', 'level', 'portfolios', 'sector', 'limits'], path, mistakes);
  const id = String(fields['id'] ?? '');
  if (!/^[a-z0-9][a-z0-9-]{0,63}$/.test(id)) {
    mistakes.push({ path: [...path, 'id'], text: `expected an id of a-z, 0-9 and -, was ${id}` });
  }
  const level = GROUP_LEVELS.find((name) => name === fields['level']);
  if (level === undefined) {
    const text = `expected one of ${GROUP_LEVELS.join(', ')}, was ${String(fields['level'])}`;
    mistakes.push({ path: [...path, 'level'], text });
  }
  const limits =
    fields['limits'] === undefined ? [] : limitsOf(fields['limits'], [...path, 'limits'], mistakes);
  const sector = sectorOf(fields, level, limits, path, mistakes);
  const isAll = level === 'firm' || (level === 'sector' && fields['portfolios'] === undefined);
  return {
    id,
    level: level ?? 'desk',
    portfolios: membersOf(fields, isAll, path, ids, mistakes),
    ...(sector !== undefined && { sector }),
    limits,
  };
}

/** The sector of a group of that level, and of no other. */
function sectorOf(
  fields: Fields,
  level: GroupLevel | undefined,
  limits: readonly LimitConfig[],
  path: FieldPath,
  mistakes: ConfigMistake[],
): string | undefined {
  const sector = fields['sector'];
  if (level !== 'sector') {
    if (sector === undefined) return undefined;
    const text = `expected a sector only where the level is sector, was ${String(level)}`;
    mistakes.push({ path: [...path, 'sector'], text });
    return undefined;
  }
  for (const { measure } of limits) {
    if (SECTOR_MEASURES.includes(measure)) continue;
    const text = `expected one of ${SECTOR_MEASURES.join(', ')} of a sector, was ${measure}`;
    mistakes.push({ path: [...path, 'limits', measure], text });
  }
  if (typeof sector === 'string' && sector !== '') return sector;
  const text = `expected the name of a sector such as Energy, was ${String(sector)}`;
  mistakes.push({ path: [...path, 'sector'], text });
  return '';
}

/** Members by id; the firm is everybody. */
function membersOf(
  fields: Fields,
  isFirm: boolean,
  path: FieldPath,
  ids: readonly string[],
  mistakes: ConfigMistake[],
): readonly string[] {
  const members = fields['portfolios'];
  const place = [...path, 'portfolios'];
  if (isFirm) {
    if (members !== undefined) {
      mistakes.push({ path: place, text: 'expected no portfolios: a firm has all of them' });
    }
    return ids;
  }
  if (!Array.isArray(members) || members.length === 0) {
    mistakes.push({ path: place, text: 'expected a list of at least one portfolio' });
    return [];
  }
  const known = new Set(ids);
  const met = new Set<unknown>();
  members.forEach((member, index) => {
    const isRepeated = met.has(member);
    met.add(member);
    if (known.has(String(member)) && !isRepeated) return;
    const text = isRepeated
      ? `expected each portfolio once, was ${member} again`
      : `expected the id of a portfolio, was ${String(member).slice(0, 64)}`;
    mistakes.push({ path: [...place, index], text });
  });
  return members.map(String);
}

/**
 * The limits of a portfolio that says some of its own: a measure that it names has its levels, each
 * other those of the file.
 */
export function ownLimitsOf(
  data: unknown,
  path: FieldPath,
  limits: readonly LimitConfig[],
  mistakes: ConfigMistake[],
): readonly LimitConfig[] {
  const own = limitsOf(data, path, mistakes);
  const named = new Set(own.map(({ measure }) => measure));
  const all = [...own, ...limits.filter(({ measure }) => !named.has(measure))];
  return LIMIT_MEASURES.flatMap((measure) => all.filter((limit) => limit.measure === measure));
}

/** The board of a file's portfolios and groups. */
export function boardConfigOf(
  portfolios: readonly string[],
  { limits, ownLimits }: Pick<BoardConfig, 'limits'> & Required<Pick<BoardConfig, 'ownLimits'>>,
  groups: readonly DeclaredGroup[],
): BoardConfig {
  const places = new Map(portfolios.map((id, place) => [id, place]));
  return {
    portfolios,
    limits,
    ownLimits,
    groups: groups.map(({ id, level, sector, limits: own, portfolios: ids }) => ({
      id,
      level,
      ...(sector !== undefined && { sector }),
      limits: own,
      members: ids.map((member) => places.get(member) ?? -1).sort((a, b) => a - b),
    })),
  };
}
