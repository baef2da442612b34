import type { IDeployment } from 'kubernetes-models/apps/v1/Deployment';
import type { IHorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import type { IJob } from 'kubernetes-models/batch/v1/Job';
import type { IPodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import type { IConfigMap } from 'kubernetes-models/v1/ConfigMap';
import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import type { IService } from 'kubernetes-models/v1/Service';
import { operations } from '@infra-services/idempotency-contract';
import { expect, it } from 'vitest';
import { settings } from '../../apps/idempotency-api/src/config/settings.js';
import { base, baseFiles, overlay, readManifests, typeErrors, type Manifest } from './manifests.js';

const manifests = readManifests();
const deployment = find<IDeployment>('Deployment');
const job = find<IJob>('Job');
const pods = [deployment.spec!.template, job.spec!.template];
const api = deployment.spec!.template.spec!.containers[0]!;
const configMap = find<IConfigMap>('ConfigMap');
const values = configMap.data!;

// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the compiler checks each manifest against its kind below
function find<Kind>(kind: string): Kind {
  const manifest = manifests.get(kind);
  if (manifest === undefined) throw new Error(`there is no ${kind}`);
  return manifest as Kind;
}

it('kustomize is told of every file, one object each', () => {
  expect(['kustomization.yaml', ...base.resources].toSorted()).toEqual(baseFiles);
  expect(manifests.size).toBe(base.resources.length);
  expect(overlay.resources).toEqual(['../../base']);
  for (const { target } of overlay.patches!) {
    expect(find<Manifest>(target.kind).metadata.name).toBe(target.name);
  }
});

it('every manifest is one that Kubernetes knows, member by member', () => {
  expect(typeErrors(manifests.values())).toEqual([]);
});

it('a member that is misspelt, or missing, or of another type is told', () => {
  const container = { ...api, imagePullpolicy: 'Always' };
  const broken = {
    ...(deployment as unknown as Manifest),
    spec: { selector: { matchLabels: { a: 1 } }, template: { spec: { containers: [container] } } },
  };
  const errors = typeErrors([
    broken,
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'x' }, spec: { ports: [{}] } } as Manifest,
  ]);
  expect(errors.join('\n')).toMatch(/imagePullpolicy/);
  expect(errors.join('\n')).toMatch(/'number' is not assignable to type 'string'/);
  expect(errors.join('\n')).toContain('"port"');
});

it('selectors find the replicas, and not the migration', () => {
  const labels = deployment.spec!.template.metadata!.labels;
  const budget = find<IPodDisruptionBudget>('PodDisruptionBudget');
  for (const selector of [
    deployment.spec!.selector.matchLabels,
    find<IService>('Service').spec!.selector,
    budget.spec!.selector!.matchLabels,
    find<INetworkPolicy>('NetworkPolicy').spec!.podSelector!.matchLabels,
    deployment.spec!.template.spec!.topologySpreadConstraints![0]!.labelSelector!.matchLabels,
  ]) {
    expect(selector).toEqual(labels);
  }
  expect(job.spec!.template.metadata!.labels).not.toMatchObject(labels!);
  expect(find<IHorizontalPodAutoscaler>('HorizontalPodAutoscaler').spec.scaleTargetRef).toEqual({
    apiVersion: deployment.apiVersion,
    kind: 'Deployment',
    name: deployment.metadata!.name,
  });
});

it('probes ask for health calls of the contract, on the port that the service listens on', () => {
  const [port] = api.ports!;
  expect(port).toEqual({ name: 'http', containerPort: settings.PORT.default });
  expect(find<IService>('Service').spec!.ports![0]!.targetPort).toBe(port!.name);
  expect(find<INetworkPolicy>('NetworkPolicy').spec!.ingress![0]!.ports).toEqual([{ port: port!.name }]);
  expect(api.startupProbe!.httpGet).toEqual({ path: operations.live.path, port: port!.name });
  expect(api.livenessProbe!.httpGet).toEqual({ path: operations.live.path, port: port!.name });
  expect(api.readinessProbe!.httpGet).toEqual({ path: operations.ready.path, port: port!.name });
});

it('every variable is a setting, and its value is within bounds', () => {
  expect(Object.keys(settings)).toEqual(expect.arrayContaining(Object.keys(values)));
  const drain = Number(values.SHUTDOWN_DRAIN_MS);
  const deadline = Number(values.SHUTDOWN_DEADLINE_MS);
  const grace = deployment.spec!.template.spec!.terminationGracePeriodSeconds! * 1_000;
  const { periodSeconds, failureThreshold } = api.readinessProbe!;
  expect(drain).toBeGreaterThan(periodSeconds! * failureThreshold! * 1_000);
  expect(deadline).toBeGreaterThan(drain);
  expect(grace).toBeGreaterThan(deadline);
  const sources = [
    { configMapRef: { name: configMap.metadata!.name } },
    // Not in the repository: the overlay says how to make it.
    { secretRef: { name: 'idempotency-api' } },
  ];
  for (const { spec } of pods) expect(spec!.containers[0]!.envFrom).toEqual(sources);
});

it('as many replicas as there may be fit into the connections that PostgreSQL gives by default', () => {
  const { maxReplicas, minReplicas } = find<IHorizontalPodAutoscaler>('HorizontalPodAutoscaler').spec;
  const surge = deployment.spec!.strategy!.rollingUpdate!.maxSurge as number;
  // PostgreSQL keeps three of a hundred for its superuser, and the migration takes one.
  const connections = 96;
  expect((maxReplicas + surge) * settings.DATABASE_POOL_SIZE.default).toBeLessThanOrEqual(connections);
  expect(minReplicas).toBeGreaterThan(
    find<IPodDisruptionBudget>('PodDisruptionBudget').spec!.maxUnavailable as number,
  );
});

it('pods run the image that kustomize names, unprivileged, on a read-only root, with no capability', () => {
  const [image] = base.images;
  expect(overlay.images[0]!.name).toBe(image!.name);
  for (const { spec } of pods) {
    expect(spec).toMatchObject({
      automountServiceAccountToken: false,
      serviceAccountName: find<Manifest>('ServiceAccount').metadata.name,
      securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
    });
    expect(spec!.containers).toHaveLength(1);
    expect(spec!.containers[0]).toMatchObject({
      image: image!.name,
      securityContext: {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      },
    });
  }
});
