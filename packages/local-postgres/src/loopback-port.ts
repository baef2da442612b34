import { randomInt } from 'node:crypto';
import { createServer, type AddressInfo } from 'node:net';

/** Below those that operating systems give to whoever connects or asks for any: nobody gets one of these by chance. */
const FIRST_PORT = 15_000;
const PORTS = 17_000;

/** A port of 127.0.0.1 that was free a moment ago; somebody else may take it before it is used. For servers that cannot choose one and tell. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST_PORT + randomInt(PORTS);
    const obstacle = await portObstacle(port);
    if (obstacle === null) return port;
    // Any other one would be met at every port.
    if (obstacle !== 'EADDRINUSE') throw new Error(`no port of 127.0.0.1 can be listened on (${obstacle})`);
  }
}

/** Why nobody could listen on the port now (an errno such as EADDRINUSE), or null. */
export async function portObstacle(port: number): Promise<string | null> {
  try {
    await listenOnce(port);
    return null;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}

function listenOnce(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      const { port: bound } = server.address() as AddressInfo;
      server.close(() => resolve(bound));
    });
  });
}
