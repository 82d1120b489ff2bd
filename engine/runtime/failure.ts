// What an unknown thrown thing says: its stable code and its text.

/** Code of a failure that carries none. */
const NO_CODE = 'error';

/** The stable code of a bug or fault, or `error`. */
export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return NO_CODE;
  return typeof error.code === 'string' ? error.code : NO_CODE;
}

/** The stack where there is one, else the text. */
export function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
