// A program: TCP to a server whose answers arrive later, as over a network.
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** Milliseconds. */
const delay = Number(process.env.DELAY_MS);
const target = { host: '127.0.0.1', port: Number(process.env.TARGET_PORT) };

const server = createServer((near) => {
  const far = connect(target);
  far.on('data', (bytes) => {
    // Timers of one length end in the order of their beginnings, so that no bytes overtake others.
    setTimeout(() => {
      if (!near.destroyed) near.write(bytes);
    }, delay);
  });
  near.on('data', (bytes) => far.write(bytes));
  endTogether(near, far);
  endTogether(far, near);
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address() as AddressInfo;
console.log(JSON.stringify({ msg: 'listening', url: `tcp://127.0.0.1:${port}` }));

function endTogether(one: Socket, other: Socket): void {
  one.setNoDelay(true);
  one.on('error', () => other.destroy());
  one.on('close', () => other.destroy());
}
