// HTTP and WebSocket on one port: routes, files, and sockets with bounded queues.

import uws from 'uwebsockets';
import { Fault } from '../../core/fault.js';
import { apiServer } from './api.js';
import { fileServer } from './files.js';
import type { WebCounters, WebServer, WebServerOptions } from './options.js';
import { isOurHost, write, writeError } from './responses.js';
import { socketBehaviour } from './sockets.js';

export type {
  HttpAnswer,
  HttpRequest,
  SocketClient,
  SocketHandler,
  WebCounters,
  WebServer,
  WebServerOptions,
} from './options.js';
export { NO_SOCKETS } from './options.js';

/** Ask for a port of one's own. Source: uSockets libusockets.h, LIBUS_LISTEN_EXCLUSIVE_PORT. */
const EXCLUSIVE_PORT = 1;

type ListenExclusive = (
  host: string,
  port: number,
  options: number,
  done: (listening: uws.us_listen_socket | false) => void,
) => void;

/** Starts a server. Errors: `websocket.port_busy`. */
export async function startWebServer(options: WebServerOptions): Promise<WebServer> {
  const counters: WebCounters = { requests: 0, sockets: 0, shed: 0, refused: 0, failed: 0 };
  const app = uws.App();
  const answerApi = apiServer(options, counters);
  const serveFile = fileServer(options.files);
  app.ws(options.socketPath, socketBehaviour(options, counters));
  app.any('/*', (response, request) => {
    counters.requests++;
    const method = request.getMethod();
    if (request.getUrl().startsWith(options.apiPrefix)) answerApi(response, request);
    else if (!isOurHost(options.host, request)) {
      counters.refused++;
      writeError(response, 403, 'http.other_host', 'expected this server under its own name');
    } else if (method === 'get' || method === 'head') serveFile(response, request);
    else {
      const headers = { Allow: 'GET, HEAD' };
      write(response, { status: 405, type: 'text/plain', body: 'expected GET', headers });
    }
  });
  const token = await listen(app, options);
  return {
    port: uws.us_socket_local_port(token),
    counters,
    close: () => {
      app.close();
    },
  };
}

function listen(
  app: uws.TemplatedApp,
  { host, port }: WebServerOptions,
): Promise<uws.us_listen_socket> {
  return new Promise((resolve, reject) => {
    // The package's types lack this overload; its runtime has it, and without the exclusive flag
    // two servers would share the port in silence.
    const listenAt = app.listen.bind(app) as unknown as ListenExclusive;
    listenAt(host, port, EXCLUSIVE_PORT, (listening) => {
      if (listening !== false) {
        resolve(listening);
        return;
      }
      const text = `expected ${host}:${port} to be free for the dashboard; stop the other program or choose another --port`;
      reject(new Fault('websocket.port_busy', text));
    });
  });
}
