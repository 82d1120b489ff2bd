// Which books of a thread are open: beyond a bound those that have been longest are put to rest.

/**
 * Books open at a time. A dividend opens those of all who hold its symbol, which take some 40 kB
 * each while they are: 400 MB for ten thousand portfolios. A thousand keep theirs open, for the
 * next entry would read them again.
 */
const OPEN_MAX = 1_024;

/** What is put to rest. */
interface Closeable {
  close(): void;
}

/** The open books of a thread, those opened first in front. */
export class OpenBooks {
  readonly #open = new Set<Closeable>();
  readonly #most: number;

  constructor(most = OPEN_MAX) {
    this.#most = most;
  }

  /** How many are open. */
  get count(): number {
    return this.#open.size;
  }

  /** Books have been opened: the oldest of too many are closed, which tell so themselves. */
  opened(books: Closeable): void {
    this.#open.add(books);
    if (this.#open.size <= this.#most) return;
    for (const oldest of this.#open) {
      if (oldest !== books) oldest.close();
      break;
    }
  }

  /** Books are at rest. */
  closed(books: Closeable): void {
    this.#open.delete(books);
  }
}
