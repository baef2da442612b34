import express from 'express';
import { createIdempotency, IdempotencyClient } from '@infra-services/idempotency-express'; // added

const client = new IdempotencyClient({ baseUrl: process.env.IDEMPOTENCY_URL ?? 'http://localhost:3000' }); // added
const idempotent = createIdempotency({ client }); // added

export const app: express.Express = express();
app.use(express.json());

let orders = 0;
// `idempotent(),` is added
app.post('/orders', idempotent(), (req, res) => {
  orders += 1;
  res.status(201).json({ id: orders, item: (req.body as { item: string }).item });
});
