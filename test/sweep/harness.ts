import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecordedRequest } from '../../src/rehearsal/types.js';
import { casesOf, nameOf, sampleOf } from './faults.js';
import { type Expected, type Scene, type Verdict, judge } from './judge.js';
import { Site } from './site.js';

const full = process.env.MLOPS_SWEEP === 'full';
const atOnce = 3;

/**
 * Sweeps over the requests of a scene. MLOPS_SWEEP=full takes every case, otherwise a sample is taken; MLOPS_SWEEP_ONLY
 * takes those whose name holds a text, such as `issues/create` or `404, once`.
 */
export function describeSweep(scene: Scene): void {
  it(
    `${scene.action}: any request fails in any way, and nothing is lost`,
    async () => {
      const parent = mkdtempSync(join(tmpdir(), 'sweep-'));
      try {
        await sweep(scene, parent);
      } finally {
        rmSync(parent, { recursive: true, force: true });
      }
    },
    full ? 3_600_000 : 240_000,
  );
}

async function sweep(scene: Scene, parent: string): Promise<void> {
  const started = Date.now();
  const template = await Site.open(join(parent, 'template'), { head: '', runId: 0 });
  try {
    await scene.prepare(template);
  } finally {
    await template.closeAndPack();
  }
  const undisturbed = await play(scene, template, join(parent, 'undisturbed'));
  const every = casesOf(undisturbed.requests);
  const only = process.env.MLOPS_SWEEP_ONLY;
  const all = only === undefined ? every : every.filter((one) => nameOf(one).includes(only));
  const cases = full || only !== undefined ? all : sampleOf(all, scene.action.length);
  const verdicts: Verdict[] = [];
  const next = cases.entries();
  const work = async (): Promise<void> => {
    for (const [i, one] of next) {
      const folder = join(parent, `case-${i}`);
      verdicts[i] = await judge(scene, template, folder, { failing: one, expected: undisturbed });
      rmSync(folder, { recursive: true, force: true });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  const wrong = cases.flatMap((one, i) => {
    const verdict = verdicts[i]!;
    return typeof verdict === 'object' ? [`${nameOf(one)}: ${verdict.wrong}`] : [];
  });
  const count = (kind: Verdict): number => verdicts.filter((verdict) => verdict === kind).length;
  const row = [
    `| ${scene.action} | ${undisturbed.requests.length} | ${cases.length} | ${count('same')} | ${count('in words')}`,
    `${count('with a warning')} | ${count('not reached')} | ${wrong.length} | ${Math.round((Date.now() - started) / 1000)} s |\n`,
  ].join(' | ');
  if (full)
    process.stdout.write(
      `| action | requests | cases | ended the same | failed in words, then the same | with a warning | not reached | wrong | time |\n${row}`,
    );
  expect(wrong).toEqual([]);
}

interface Played extends Expected {
  readonly requests: readonly RecordedRequest[];
}

async function play(scene: Scene, template: Site, folder: string): Promise<Played> {
  const site = await template.copyTo(folder);
  try {
    const outcome = await scene.run(site);
    const requests = [...site.hub.requests];
    return { requests, end: await scene.end(site, outcome), trace: await scene.trace?.(site, outcome) };
  } finally {
    await site.close();
  }
}
