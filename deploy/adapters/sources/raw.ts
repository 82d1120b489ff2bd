// What vendors send, before it is read: handed to whoever wants it, without a credential in it.

import type { HistoryRequest } from './source.js';

/** The call for a page that a reply answers: what its reading needs. */
export interface AskedPage {
  readonly request: HistoryRequest;
  /** Where the page begins; absent for the first. */
  readonly cursor?: string;
}

/** A message of a vendor as it came. */
export type RawMessage =
  | { readonly form: 'stream'; readonly source: string; readonly message: string | Buffer }
  | {
      readonly form: 'reply';
      readonly source: string;
      readonly asked: AskedPage;
      readonly status: number;
      readonly message: string;
    };

/** Takes messages as they come; it neither throws nor waits. */
export type RawSink = (message: RawMessage) => void;

/** Stands where a credential was. */
const HIDDEN = '***';

/**
 * Hands on what a vendor sends, with its credentials taken out wherever it says one back: as they
 * are, and as JSON and addresses write them.
 */
export function withoutSecrets(sink: RawSink, secrets: readonly string[]): RawSink {
  const forms = new Set(
    secrets.flatMap((secret) => [
      secret,
      JSON.stringify(secret).slice(1, -1),
      encodeURIComponent(secret),
    ]),
  );
  forms.delete('');
  // The longest first: a form may be a part of another.
  const hidden = [...forms].sort((a, b) => b.length - a.length);
  const clean = (text: string): string =>
    hidden.reduce((rest, secret) => rest.replaceAll(secret, HIDDEN), text);
  // Byte by byte: what is no text must come out as it went in.
  const cleanBytes = (bytes: Buffer): Buffer =>
    Buffer.from(
      hidden
        .map((secret) => Buffer.from(secret).toString('latin1'))
        .reduce((rest, secret) => rest.replaceAll(secret, HIDDEN), bytes.toString('latin1')),
      'latin1',
    );
  return (raw) => {
    if (raw.form === 'stream') {
      const { message } = raw;
      sink({ ...raw, message: typeof message === 'string' ? clean(message) : cleanBytes(message) });
      return;
    }
    const { asked, message } = raw;
    const cursor = asked.cursor === undefined ? {} : { cursor: clean(asked.cursor) };
    sink({ ...raw, asked: { ...asked, ...cursor }, message: clean(message) });
  };
}
