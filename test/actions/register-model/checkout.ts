import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Dependencies } from '../../../src/actions/dependencies.js';
import { definition as fetchDefinition } from '../../../src/actions/fetch-model/inputs.js';
import { main as fetchMain } from '../../../src/actions/fetch-model/main.js';
import { readInputs } from '../../../src/actions/inputs.js';
import { definition } from '../../../src/actions/register-model/inputs.js';
import { main } from '../../../src/actions/register-model/main.js';
import { systemClock } from '../../../src/common/clock.js';
import type { Permissions } from '../../../src/rehearsal/types.js';
import type { Local } from '../../github/local.js';

const spec = `name: late
task: regression
description: Minutes of delay
data: { contract: c.yaml, train: a.csv, holdout: b.csv }
train: { run: ./train }
evaluate: { run: ./predict, label: y, prediction: p, gates: [{ metric: mae, max: 9 }] }
`;

/** A checkout with a spec and a trained model, and the two actions run in it as the runner would. */
export class Checkout {
  readonly folder: string;
  private readonly local: Local;

  constructor(local: Local) {
    this.local = local;
    this.folder = join(local.folder, 'checkout');
    this.write('model.yml', spec);
    this.write('model/model.json', '{"weights":[1,2]}');
    this.write('model/sub/tokens.txt', 'a b c');
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    writeFileSync(join(this.folder, path), text);
  }

  register(raw: Readonly<Record<string, string>> = {}, permissions?: Permissions) {
    return main(
      readInputs(definition.inputs, (name) => raw[name] ?? (name === 'token' ? 't' : undefined)),
      this.dependencies('register-model', permissions),
    );
  }

  fetch(raw: Readonly<Record<string, string>> = {}, permissions?: Permissions) {
    return fetchMain(
      readInputs(fetchDefinition.inputs, (name) => raw[name] ?? (name === 'token' ? 't' : undefined)),
      this.dependencies('fetch-model', permissions),
    );
  }

  private dependencies(action: string, permissions: Permissions = 'write-all'): Dependencies {
    const { local, folder } = this;
    return {
      run: {
        ...local.run(),
        sha: local.head,
        ref: 'refs/heads/main',
        eventName: 'push',
        event: {},
        workflow: 'delivery',
        job: 'register',
        runId: 7,
        runAttempt: 1,
        actor: 'ann',
        serverUrl: 'http://github.localhost',
        workspace: folder,
        temp: join(local.folder, 'temp'),
        os: 'Linux',
        runnerName: 'r1',
      },
      github: () => Promise.resolve(local.client({ permissions })),
      logger: local.logger,
      clock: systemClock,
      signal: new AbortController().signal,
      outputFolder: join(folder, 'mlops-out', action),
      environment: {},
    } as unknown as Dependencies;
  }
}
