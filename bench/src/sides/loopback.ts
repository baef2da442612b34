import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';

/** A port on 127.0.0.1 that nobody listens on now; for servers that cannot choose one and tell. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** The URL if somebody listens on the port by now. */
export function onceListening(port: number, url: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(url);
    });
    socket.once('error', () => resolve(undefined));
  });
}
