import { constants } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { UserError, messageOf } from '../../common/errors.js';
import { formatBytes } from '../../common/text.js';
import { type Decision, decisionSchema } from '../../formats/decision.js';
import type { Dependencies, OnlyFile } from '../dependencies.js';

const only: OnlyFile = { file: 'result.json', maxBytes: 1 << 20 };
/** Of any text in a decision: the longest that a report of ours shows is shorter. */
const longestText = 300;
/** As model.yml has it. */
const modelName = /^[a-z][a-z0-9-]{0,99}$/;

/**
 * What a run that nobody answers for decided, by model: data, of which no more is known than that it has the form of a
 * decision record.
 * @throws UserError when an artifact is anything else
 */
export async function readDecisions(
  names: readonly string[],
  runId: number,
  token: string,
  { artifacts, logger, run }: Dependencies,
): Promise<ReadonlyMap<string, Decision>> {
  const decisions = new Map<string, Decision>();
  for (const name of names) {
    const folder = await mkdtemp(join(run.temp, 'decision-'));
    try {
      const found = await artifacts.download(name, folder, { runId, token }, only);
      if (found === undefined) {
        logger.info(`Run ${runId} left no artifact ${name}`);
        continue;
      }
      const decision = readDecision(await readPlainFile(folder, name), name);
      if (decisions.has(decision.model)) refuse(name, `it tells of ${decision.model} again`);
      decisions.set(decision.model, decision);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  return decisions;
}

/** The one file that is looked for, itself: where a link stands in its place, nothing is read. */
async function readPlainFile(folder: string, artifact: string): Promise<string> {
  const { O_RDONLY, O_NOFOLLOW } = constants;
  // Windows has no O_NOFOLLOW. Artifacts.download makes no links, so this is a second look.
  const file = await open(join(folder, only.file), O_RDONLY | (O_NOFOLLOW ?? 0)).catch((error: unknown) =>
    refuse(artifact, `its ${only.file} cannot be read (${messageOf(error)})`),
  );
  try {
    const found = await file.stat();
    if (!found.isFile()) refuse(artifact, `${only.file} is no file`);
    if (found.size > only.maxBytes) refuse(artifact, `${only.file} has ${formatBytes(found.size)}`);
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

function readDecision(text: string, artifact: string): Decision {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse(artifact, 'it is not JSON');
  }
  // The first thing that is wrong is enough: a hostile file could have a million.
  const parsed = v.safeParse(decisionSchema, value, { abortEarly: true, abortPipeEarly: true });
  if (!parsed.success) {
    const path = parsed.issues[0].path?.map(({ key }) => String(key)).join('.') ?? '';
    return refuse(artifact, `it is no decision record of evaluate-gate (at "${path.slice(0, 100)}")`);
  }
  if (!modelName.test(parsed.output.model)) return refuse(artifact, 'the name of its model is none');
  const bounded = bound(parsed.output);
  return bounded ?? refuse(artifact, 'it holds a number that is none');
}

/** The same with every text cut to a length that a report can show; undefined where a number is infinite. */
function bound<T>(value: T): T | undefined {
  let finite = true;
  const copy = (one: unknown): unknown => {
    if (typeof one === 'string') return one.length > longestText ? `${one.slice(0, longestText - 1)}…` : one;
    if (typeof one === 'number') finite &&= Number.isFinite(one);
    if (Array.isArray(one)) return one.map(copy);
    if (typeof one !== 'object' || one === null) return one;
    return Object.fromEntries(Object.entries(one).map(([key, inner]) => [key, copy(inner)]));
  };
  const copied = copy(value) as T;
  return finite ? copied : undefined;
}

function refuse(artifact: string, what: string): never {
  throw new UserError({
    message: `the artifact ${artifact} is refused: ${what}`,
    remedy: `upload the ${only.file} of evaluate-gate under this name, as workflows-templates/model-pull-request.yml does`,
  });
}
