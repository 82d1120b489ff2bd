// What the web server is given and what it gives: requests, answers, sockets and their handlers.

/** A request as a route sees it. */
export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
}

/** What a route answers: JSON, or a page to be read. */
export type HttpAnswer =
  | { readonly status: number; readonly json: string }
  | { readonly status: number; readonly html: string };

/** One connected client. */
export interface SocketClient {
  /** Whether the client keeps up: false while too much waits for it. */
  hasRoom(): boolean;
  /** Sends a frame; false once the socket has gone. */
  send(data: string | Uint8Array): boolean;
  /** Ends the connection with a reason. */
  end(code: number, reason: string): void;
}

/** What happens on sockets. */
export interface SocketHandler {
  opened(client: SocketClient): void;
  received(client: SocketClient, data: string | Uint8Array): void;
  /** The client has room again. */
  drained(client: SocketClient): void;
  closed(client: SocketClient): void;
  /** The client's frame was longer than is taken, and its connection has ended for it. */
  tooLong(client: SocketClient): void;
  /** The client is about to be cut off for reading too slowly. */
  shed(client: SocketClient): void;
}

/** Handles sockets of whom nothing is asked and who are told nothing. */
export const NO_SOCKETS: SocketHandler = {
  opened() {},
  received() {},
  drained() {},
  closed() {},
  tooLong() {},
  shed() {},
};

/** How a server is set up. */
export interface WebServerOptions {
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  /** Path that upgrades to WebSocket. */
  readonly socketPath: string;
  readonly sockets: SocketHandler;
  /** Answers paths below `apiPrefix`. */
  readonly apiPrefix: string;
  readonly api: (request: HttpRequest) => Promise<HttpAnswer>;
  /** Folder of static files; absent when there is none. */
  readonly files: string | undefined;
  /** How long a client may stay above the low mark before it is shed. Units: milliseconds. */
  readonly slowMsMax?: number;
  /** Told of what a handler threw, and where; printed to stderr when absent. */
  readonly onBug?: (where: string, error: unknown) => void;
}

/** What a server has seen so far. */
export interface WebCounters {
  requests: number;
  /** Open sockets. */
  sockets: number;
  /** Sockets cut off for reading too slowly. */
  shed: number;
  /** Requests and upgrades of another origin or host, or beyond the bound of sockets. */
  refused: number;
  /** Answers that were a bug. */
  failed: number;
}

/** A running server. */
export interface WebServer {
  readonly port: number;
  readonly counters: Readonly<WebCounters>;
  close(): void;
}
