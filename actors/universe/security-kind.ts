// What kind of security a listing is, told from its name and flags by a table of patterns.

/** One line of a listing file. */
export interface Listing {
  readonly symbol: string;
  readonly name: string;
  /** Q NASDAQ, N NYSE, A NYSE American, P NYSE Arca, Z Cboe BZX, V IEX. */
  readonly exchange: string;
  readonly isEtf: boolean;
  readonly isTest: boolean;
  readonly lotSize: number;
  /** NASDAQ's financial status: N normal, D deficient, E delinquent, Q bankrupt; '' elsewhere. */
  readonly status: string;
}

/** Kinds of securities; only common stock and depositary receipts are shares of a company. */
export const SECURITY_KINDS = [
  'test',
  'etf',
  'unit',
  'warrant',
  'right',
  'preferred',
  'note',
  'fund',
  'depositary',
  'common',
] as const;

/** One of them. */
export type SecurityKind = (typeof SECURITY_KINDS)[number];

/** The first pattern that fits decides: units name the shares and warrants they are made of. */
const PATTERNS: readonly (readonly [SecurityKind, RegExp])[] = [
  ['test', /\btest (stock|issue|security)\b/i],
  ['unit', /^(?!.*\b(limited partner|common units?\b)).*\bunits?\b/i],
  ['warrant', /\bwarrants?\b/i],
  ['right', /\brights?\b/i],
  ['preferred', /\bpreferred\b|\bpreference\b|\bdepositary shares?\b.*\binterest\b|\bPfd\b/i],
  // A company of such a name has common stock, without a rate and without an end.
  ['common', /^(?!.*(%|\bdue\b)).*\b(notes?|bonds?)\b.*\b(common stock|ordinary shares?)$/i],
  ['note', /\bnotes?\b|\bdebentures?\b|\bbonds?\b|\bsubordinated\b|\bETNs?\b/i],
  ['fund', /\bfund\b|\bclosed[- ]end\b|\bmunicipal\b.*\btrust\b|\bincome trust\b/i],
  ['depositary', /\bADSs?\b|\bADRs?\b|american depositary|new york registry/i],
];

/** Tells the kind of a listing. */
export function kindOf({ name, isEtf, isTest }: Listing): SecurityKind {
  if (isTest) return 'test';
  if (isEtf) return 'etf';
  return PATTERNS.find(([, pattern]) => pattern.test(name))?.[0] ?? 'common';
}

/** Whether it is a share of a company. */
export function isShare(kind: SecurityKind): boolean {
  return kind === 'common' || kind === 'depositary';
}

/**
 * Least step of a quoted price. Units: dollars. Source: SEC Regulation NMS, rule 612 (17 CFR
 * 242.612), as it holds without the half-cent amendment of 2024, whose start was put off.
 */
export function tickSizeOf(price: number): number {
  return price < 1 ? 0.0001 : 0.01;
}
