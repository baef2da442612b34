import type { Provider } from '@nestjs/common';
import type { Config } from './config/config.js';
import { RecordSeal } from './idempotency/persistence/record-seal.js';
import { Database } from './infrastructure/database/database.js';
import { readKeyRing } from './infrastructure/encryption/key-ring.js';
import { SealMetrics } from './infrastructure/encryption/seal-metrics.js';
import { Sealer } from './infrastructure/encryption/sealer.js';
import { keyHash, type Logger } from './infrastructure/logging/logger.js';
import { Metrics } from './infrastructure/metrics/metrics.js';
import { KeyRegister } from './key-register/key-register.js';

/** Encryption at rest; without KEYS_FILE it seals nothing. Throws `KeysRefused`. */
export function encryptionProviders(config: Config, logger: Logger): Provider[] {
  const ring = config.KEYS_FILE === undefined ? undefined : readKeyRing(config.KEYS_FILE);
  if (ring) {
    logger.info({ keyIds: [...ring.keys.keys()], active: ring.active }, 'keys read');
    if (ring.isExposed) logger.warn('KEYS_FILE can be read by everybody on this machine: chmod 640');
  }
  return [
    {
      provide: SealMetrics,
      useFactory: (metrics: Metrics) => new SealMetrics(metrics.registry),
      inject: [Metrics],
    },
    {
      provide: Sealer,
      useFactory: (metrics: SealMetrics) =>
        new Sealer(ring, (keyId) => {
          metrics.sealed(keyId);
        }),
      inject: [SealMetrics],
    },
    {
      provide: RecordSeal,
      useFactory: (sealer: Sealer, metrics: SealMetrics) =>
        new RecordSeal(sealer, ({ record: { tenant, namespace, key }, column, reason, keyId }) => {
          metrics.notOpened(reason);
          logger.error(
            { tenant, namespace, keyHash: keyHash(key), column, reason, keyId },
            'what is stored for a record cannot be decrypted',
          );
        }),
      inject: [Sealer, SealMetrics],
    },
    {
      provide: KeyRegister,
      useFactory: (db: Database, sealer: Sealer) => new KeyRegister(db, sealer, ring !== undefined),
      inject: [Database, Sealer],
    },
  ];
}
