import { describe } from 'vitest';
import { ApiClient, type Answer, type Sending } from '../support/api-client.js';
import { useWorld, type World } from '../support/world.js';

/** Sends each call to the next replica, so that no scenario can lean on what one process remembers. */
class TakingTurns extends ApiClient {
  private calls = 0;

  constructor(private readonly world: World) {
    super('http://whoever-is-next.invalid');
  }

  override send<Body>(method: string, path: string, sending?: Sending): Promise<Answer<Body>> {
    const { replicas } = this.world;
    return replicas[this.calls++ % replicas.length]!.send<Body>(method, path, sending);
  }
}

/** Declares the scenarios twice: for one replica, and for two on one database that take turns, call by call. */
export function onOneAndTwoReplicas(scenarios: (api: ApiClient, world: World) => void): void {
  describe.each([
    { served: 'one replica', replicas: 1 },
    { served: 'two replicas taking turns', replicas: 2 },
  ])('on $served', ({ replicas }) => {
    const world = useWorld({ replicas });
    scenarios(new TakingTurns(world), world);
  });
}
