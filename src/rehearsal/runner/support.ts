import { readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { type Problem, UserError, failOn } from '../../common/errors.js';
import { readAction } from './action.js';
import { builtins } from './builtin/index.js';
import { literal, placeOf } from './expressions.js';
import type { CommitFiles } from './git.js';
import type { Suite } from './setup.js';
import { shellProblem } from './shell.js';
import { readUses } from './uses.js';
import { isMappingValue, toText } from './values.js';
import { type Job, type Step, type Workflow, entriesOf, readWorkflow } from './workflow.js';

const deepestCall = 10;

/**
 * Looks through a workflow, the workflows that it calls and the actions that it uses, before anything runs.
 * @returns the reusable workflows that it calls, by path
 * @throws UserError naming everything that the rehearsal does not support, each at its line
 */
export async function checkSupport(
  workflow: Workflow,
  commit: CommitFiles,
  suite: Suite,
): Promise<ReadonlyMap<string, Workflow>> {
  const check = new SupportCheck(commit, suite);
  await check.workflow(workflow, 0);
  failOn(check.problems);
  return check.callable;
}

/** Where the files of an action are read. */
interface Reader {
  readonly key: string;
  read(path: string): Promise<string | undefined>;
}

class SupportCheck {
  readonly problems: Problem[] = [];
  readonly callable = new Map<string, Workflow>();
  readonly #seen = new Set<string>();
  readonly #commit: Reader;
  readonly #suiteFiles: Reader;
  readonly #suite: Suite;

  constructor(commit: CommitFiles, suite: Suite) {
    this.#suite = suite;
    this.#commit = { key: 'commit', read: (path) => commit.read(path) };
    this.#suiteFiles = {
      key: 'suite',
      read: async (path) => {
        const file = join(suite.folder, path);
        return existsSync(file) ? readFile(file, 'utf8') : undefined;
      },
    };
  }

  async workflow(workflow: Workflow, depth: number): Promise<void> {
    for (const job of workflow.jobs) {
      this.#job(job, workflow.path);
      this.#shell(workflow.defaults, job);
      this.#shell(job.defaults, job);
      for (const step of job.steps) await this.#step(step, this.#commit, 0);
      if (job.uses !== undefined) await this.#called(job, job.uses, depth + 1);
    }
  }

  #job(job: Job, file: string): void {
    const boxes = 'not supported: a rehearsal runs without containers';
    const refused = {
      container: `container is ${boxes}`,
      services: `services are ${boxes}`,
      snapshot: 'snapshot is not supported',
    };
    for (const [key, why] of Object.entries(refused)) {
      const token = job[key as keyof typeof refused];
      if (token !== undefined) this.#refuse(`job "${job.id}": ${why}`, placeOf(token, file));
    }
  }

  #shell(defaults: Job['defaults'], job: Job): void {
    for (const [key, value] of entriesOf(defaults)) {
      if (toText(literal(key)) !== 'shell') continue;
      const problem = shellProblem(toText(literal(value)));
      if (problem !== undefined) this.#refuse(problem, job.where);
    }
  }

  async #called(job: Job, uses: string, depth: number): Promise<void> {
    const path = /^\.\/(\.github\/workflows\/[^@]+)$/.exec(uses)?.[1];
    if (path === undefined) {
      this.#refuse(`job "${job.id}": the reusable workflow ${uses} is not in this repository`, job.where);
      return;
    }
    if (depth > deepestCall) {
      this.#refuse(`job "${job.id}": reusable workflows are nested deeper than ${deepestCall}`, job.where);
      return;
    }
    if (this.callable.has(path)) return;
    const content = await this.#commit.read(path);
    if (content === undefined) {
      this.problems.push({ message: `job "${job.id}": ${path} does not exist`, where: job.where });
      return;
    }
    await this.#collect(async () => {
      const called = await readWorkflow(path, content);
      if (called.call === undefined) this.#refuse(`${path} is not a reusable workflow`, job.where);
      this.callable.set(path, called);
      await this.workflow(called, depth);
    });
  }

  async #step(step: Step, containing: Reader, depth: number): Promise<void> {
    if (step.shell !== undefined) {
      const shell = toText(literal(step.shell));
      const problem = shell.includes('${{') ? undefined : shellProblem(shell);
      if (problem !== undefined) this.#refuse(problem, step.where);
    }
    if (step.uses === undefined) return;
    const uses = readUses(step.uses, this.#suite);
    if (uses.kind === 'unsupported') this.#refuse(uses.why, step.where);
    else if (uses.kind === 'builtin') this.#builtin(uses.name, step);
    else {
      const reader =
        uses.kind === 'suite' ? this.#suiteFiles : uses.kind === 'workspace' ? this.#commit : containing;
      await this.#action(step, uses.path, reader, depth, uses.kind === 'workspace');
    }
  }

  #builtin(name: string, step: Step): void {
    const given = literal(step.with ?? undefined);
    if (!isMappingValue(given)) return;
    for (const input of builtins[name]?.refused ?? []) {
      const value = toText(given[input]);
      if (value !== '' && value !== 'false')
        this.#refuse(`${name}: the input "${input}" is not supported`, step.where);
    }
  }

  async #action(
    step: Step,
    path: string,
    reader: Reader,
    depth: number,
    mayComeLater: boolean,
  ): Promise<void> {
    const folder = posix.normalize(path).replace(/\/$/, '');
    const key = `${reader.key}:${folder}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    const files = ['action.yml', 'action.yaml'].map((name) => posix.join(folder, name));
    for (const file of files) {
      const content = await reader.read(file);
      if (content === undefined) continue;
      await this.#collect(() => this.#actionFile(readAction(file, content), step, reader, depth));
      return;
    }
    // An action in the workspace may be made by an earlier step; the others are there or they are not.
    if (!mayComeLater)
      this.problems.push({ message: `${step.uses}: there is no ${files[0]}`, where: step.where });
  }

  async #actionFile(
    { runs }: ReturnType<typeof readAction>,
    step: Step,
    reader: Reader,
    depth: number,
  ): Promise<void> {
    if (runs.using === 'other') {
      this.#refuse(`${step.uses} runs on "${runs.named}", which is not supported`, step.where);
    } else if (runs.using === 'node' && runs.pre !== undefined && depth > 0) {
      this.#refuse(
        `${step.uses} has a pre step, which is not supported inside a composite action`,
        step.where,
      );
    } else if (runs.using === 'composite') {
      for (const inner of runs.steps) await this.#step(inner, reader, depth + 1);
    }
  }

  #refuse(message: string, where: Problem['where']): void {
    this.problems.push({ message, ...(where && { where }), remedy: onGitHub });
  }

  /** What is wrong with one file must not hide what is wrong with the next. */
  async #collect(body: () => Promise<void>): Promise<void> {
    try {
      await body();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.problems.push(...error.problems);
    }
  }
}

const onGitHub = 'it may well work on GitHub, but cannot be rehearsed';
