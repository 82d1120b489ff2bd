// Addresses and credentials of sources, from the environment: checked before use, never shown.

import { Fault } from '../../../engine/index.js';
import type { VendorSettings } from './vendors/vendor.js';

/** What a source takes from the environment. */
export interface SettingNames {
  /** Default of the base address; for files the folder has none. */
  readonly baseUrl: string;
  readonly streamUrl: string;
  readonly needsKey: boolean;
  readonly needsSecret: boolean;
  /** Names of other settings. */
  readonly extras: readonly string[];
  /** What the base address is: of the web, a folder of files, or an address to listen at. */
  readonly base: 'web' | 'folder' | 'listen';
}

/** Longest value: a key of any vendor is below. */
const VALUE_MAX = 4_096;

/** The environment's name of a setting: `SLUICE_ALPHA_VANTAGE_KEY`. */
export function variableOf(source: string, setting: string): string {
  return `SLUICE_${source}_${setting}`.toUpperCase().replaceAll('-', '_');
}

/** Reads and checks the settings of a source. Errors: `config.invalid`, naming no value. */
export function readSourceSettings(
  source: string,
  names: SettingNames,
  environment: Readonly<Record<string, string | undefined>>,
): VendorSettings {
  const value = (setting: string): string => {
    const variable = variableOf(source, setting);
    const text = environment[variable] ?? '';
    // A line break would end a header and begin another.
    if (text.length <= VALUE_MAX && !/[\r\n\0]/.test(text)) return text;
    throw invalid(variable, `at most ${VALUE_MAX} characters on one line`);
  };
  const needed = (setting: string, isNeeded: boolean): string => {
    const text = value(setting);
    if (text !== '' || !isNeeded) return text;
    throw invalid(variableOf(source, setting), 'it to be set');
  };
  const base = (value('url') || names.baseUrl).replace(/\/$/, '');
  if (base === '') throw invalid(variableOf(source, 'url'), 'it to be set');
  if (names.base === 'web') checkUrl(base, variableOf(source, 'url'), ['https:', 'http:']);
  const stream = value('stream_url') || names.streamUrl;
  if (stream !== '') checkUrl(stream, variableOf(source, 'stream_url'), ['wss:', 'ws:']);
  return {
    baseUrl: base,
    streamUrl: stream,
    key: needed('key', names.needsKey),
    secret: needed('secret', names.needsSecret),
    extras: Object.fromEntries(names.extras.map((name) => [name, value(name)])),
  };
}

/** An address without credentials in it; in the open only to this machine. */
function checkUrl(text: string, variable: string, [safe, open]: readonly [string, string]): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== safe && url.protocol !== open)) {
    throw invalid(variable, `an address that begins with ${safe}//`);
  }
  if (url.username !== '' || url.password !== '') {
    throw invalid(variable, 'an address without a name and a password in it');
  }
  const isHere = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
  if (url.protocol === open && !isHere) {
    throw invalid(variable, `${safe}// to another machine: ${open}// would show the credentials`);
  }
}

function invalid(variable: string, expected: string): Fault {
  return new Fault('config.invalid', `${variable}: expected ${expected}`);
}
