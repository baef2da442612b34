// A program: the handler that Restate calls, with one step. Restate itself is another process.
import * as restate from '@restatedev/restate-sdk';
import { charge, type Charge, type Order } from './charge.js';

const payments = restate.service({
  name: 'payments',
  handlers: {
    charge: (context: restate.Context, order: Order): Promise<Charge> =>
      context.run('charge', () => charge(order)),
  },
});

const port = Number(process.env.PORT);
await restate.serve({ services: [payments], port });
console.log(JSON.stringify({ msg: 'listening', url: `http://127.0.0.1:${port}` }));
