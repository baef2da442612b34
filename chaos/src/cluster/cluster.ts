import { join } from 'node:path';
import { freePort } from '@infra-services/local-postgres';
import { PostgresPair } from './postgres-pair.js';
import { startProgram, type Program } from './processes.js';
import { Replica } from './replica.js';

const REPLICAS = 3;

/** What is under test: replicas, their database with its standby, their Redis. */
export class Cluster {
  private constructor(
    readonly postgres: PostgresPair,
    readonly replicas: readonly Replica[],
    readonly redisPort: number,
    private readonly folder: string,
    public redis: Program,
  ) {}

  static async start(folder: string, service: string): Promise<Cluster> {
    const redisPort = await freePort();
    const redis = launchRedis(folder, redisPort);
    const postgres = await PostgresPair.start(join(folder, 'postgres'));
    const needs = { service, postgres: () => postgres.primary.port, redis: () => redisPort };
    const replicas = await Promise.all(
      Array.from({ length: REPLICAS }, (_, number) => Replica.create(number, folder, needs, number === 0)),
    );
    for (const replica of replicas) replica.launch();
    await Promise.all(replicas.map((replica) => replica.untilReady()));
    return new Cluster(postgres, replicas, redisPort, folder, redis);
  }

  /** The replica whose clock can be moved. */
  get timeTraveller(): Replica {
    return this.replica(0);
  }

  replica(target: number): Replica {
    const replica = this.replicas[target % this.replicas.length];
    if (replica === undefined) throw new RangeError(`there is no replica ${target}`);
    return replica;
  }

  restartRedis(): void {
    this.redis = launchRedis(this.folder, this.redisPort);
  }

  async stop(): Promise<void> {
    await Promise.all(this.replicas.map((replica) => replica.stop()));
    await this.redis.end('SIGKILL');
    await this.postgres.stop();
  }
}

function launchRedis(folder: string, port: number): Program {
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder];
  return startProgram('redis-server', args, join(folder, 'redis.log'));
}
