import { fileURLToPath } from 'node:url';
import { definition } from '../../src/actions/deploy-canary/inputs.js';
import { main } from '../../src/actions/deploy-canary/main.js';
import type { Outcome } from '../../src/actions/definition.js';
import { readInputs } from '../../src/actions/inputs.js';
import { readLedger } from '../../src/ledger/ledger.js';
import { type Case } from './faults.js';
import { contentOf, endOnGitHub } from './ends.js';
import type { Site } from './site.js';

const platform = fileURLToPath(new URL('platform.sh', import.meta.url));
const spec = `name: late
task: regression
data: { contract: c.yaml, train: a.csv, holdout: b.csv }
train: { run: ./train }
evaluate: { run: ./predict, label: y, prediction: p, gates: [{ metric: mae, max: 9 }] }
rollout:
  target:
${['start', 'set-weight', 'stop', 'status'].map((name) => `    ${name}: bash '${platform}' ${name}`).join('\n')}
    kind: command
  signals: { kind: http, url: '\${SIGNALS}', timeout: 2s }
  steps: [50%, 100%]
  bake: 60s
  interval: 1ms
  guardrails:
    - { signal: error_rate, max-ratio: 2 }
`;

/** Three registered versions, and 1.0.0 live in production. */
export async function prepareProduction(site: Site): Promise<void> {
  site.head = await site.repo.commit({ branch: 'main', files: { 'a.txt': 'a' }, message: 'Start' });
  site.write('model.yml', spec);
  for (const seed of ['a', 'b', 'c']) await site.register(seed);
  await deploy(site, { version: '1.0.0' }, 1);
}

export function deploy(site: Site, raw: Readonly<Record<string, string>>, runId?: number): Promise<Outcome> {
  const given: Readonly<Record<string, string>> = { environment: 'production', token: 'x', ...raw };
  return main(
    readInputs(definition.inputs, (name) => given[name]),
    site.dependencies(runId),
  );
}

interface EndOfDeploying extends Readonly<Record<string, unknown>> {
  readonly serving: readonly (string | undefined)[];
  readonly outputs: object;
  readonly fails: boolean;
}

export async function endOfDeploying(site: Site, { outputs, failure }: Outcome): Promise<EndOfDeploying> {
  const { verdict, fault, version, 'previous-version': previous, 'manifest-digest': digest } = outputs;
  return {
    ...(await endOnGitHub(site)),
    serving: servedBy(site),
    outputs: { verdict, fault, version, previous, digest },
    fails: failure !== undefined,
  };
}

/** Every move of the platform, and whether somebody is still in charge. */
export async function traceOfDeploying(site: Site): Promise<object> {
  const driver = await contentOf(site, 'refs/mlops/drivers/late/production', 'driver.json');
  return { moves: site.stage.log, driver: (driver as { driver: unknown }).driver };
}

/** A deployment that came to its end, if only to a bad one, stays on record: the next attempt makes another. */
export function coreOfDeploying(end: unknown): object {
  const { serving, outputs, fails } = end as EndOfDeploying;
  return { serving, outputs, fails };
}

const servedBy = ({ stage }: Site) => [
  stage.read('champion'),
  stage.read('challenger'),
  stage.read('weight'),
];

const approving: readonly string[] = ['repos/get-environment', 'actions/get-reviews-for-run'];

/** What no failure may bring about when `candidate` is deployed in place of `stable`. */
export async function dangerOfRollout(
  site: Site,
  failing: Case,
  what: { stable: string; candidate: string; isGood: boolean; approved: boolean },
): Promise<string | undefined> {
  const { stable, candidate, isGood, approved } = what;
  const { stage } = site;
  const [champion, challenger, weight] = servedBy(site);
  const moves = stage.log.filter((line) => line.includes(candidate));
  const first = moves.findIndex((line) => line.startsWith('set-weight') && line.endsWith(' 0.5'));
  const last = moves.findIndex((line) => line.startsWith('set-weight') && line.endsWith(' 1'));
  if (last >= 0 && (!isGood || first < 0 || last < first))
    return `${candidate} gets all requests without evidence`;
  if (champion !== stable && (champion !== candidate || last < 0)) return `${champion ?? 'nothing'} serves`;
  if (challenger !== undefined && challenger !== candidate) return `${challenger} serves beside it`;
  if (Number(weight ?? 0) > 0.5) return `${challenger} has ${weight}`;
  const unread = failing.forever && failing.index === 0 && failing.kind.name !== 'slow';
  if (approved && unread && approving.includes(failing.request.operation) && moves.length > 0) {
    return 'moves without an approval';
  }
  const { live } = await readLedger(site.github(), 'late', 'production');
  if (live?.version !== stable && live?.version !== champion)
    return `on record is ${live?.version ?? 'nothing'}`;
  return undefined;
}
