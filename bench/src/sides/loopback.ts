import { connect } from 'node:net';

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
