import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { vi } from 'vitest';

/** A bare connection to the service at the URL, without a client that would keep it tidy. */
export async function connectTo(url: string): Promise<Socket> {
  const { port, hostname } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  return socket;
}

/** Resolves once nobody listens at the URL any more. */
export async function untilRefused(url: string): Promise<void> {
  await vi.waitFor(async () => {
    const code = await connectTo(url).then(hangUp, (error: unknown) => (error as NodeJS.ErrnoException).code);
    if (code !== 'ECONNREFUSED') throw new Error(`a new connection met ${code}`);
  }, 10_000);
}

function hangUp(socket: Socket): string {
  // One that was let in just before the end is reset, which is as good.
  socket.on('error', () => undefined).destroy();
  return 'a service that listens';
}
