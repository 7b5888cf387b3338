import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface NamedObject {
  readonly sha: string;
  readonly type: string;
}

type Answer = { resolve(found: NamedObject | undefined): void; reject(error: Error): void };

/** `git cat-file --batch-check` that stays: looking a name up costs no new process. */
export class GitNames {
  readonly #folder: string;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #waiting: Answer[] = [];
  #child: ChildProcessWithoutNullStreams | undefined;

  constructor(folder: string, environment: NodeJS.ProcessEnv) {
    this.#folder = folder;
    this.#environment = environment;
  }

  /** The object that an expression such as `refs/heads/main^{commit}` names; undefined when there is none. */
  look(expression: string): Promise<NamedObject | undefined> {
    if (/[\n\0]/.test(expression) || expression === '') return Promise.resolve(undefined);
    return new Promise((resolve, reject) => {
      this.#child ??= this.#start();
      this.#waiting.push({ resolve, reject });
      this.#child.stdin.write(`${expression}\n`);
    });
  }

  close(): void {
    this.#child?.stdin.end();
    this.#child = undefined;
  }

  #start(): ChildProcessWithoutNullStreams {
    const format = '--batch-check=%(objectname) %(objecttype)';
    const child = spawn('git', ['cat-file', format], {
      cwd: this.#folder,
      env: this.#environment,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const waiting = this.#waiting;
    createInterface({ input: child.stdout }).on('line', (line) => {
      const found = /^([0-9a-f]{40}) (blob|commit|tag|tree)$/.exec(line);
      waiting.shift()?.resolve(found === null ? undefined : { sha: found[1]!, type: found[2]! });
    });
    child.stderr.resume();
    child.stdin.on('error', () => undefined);
    const gone = (error?: Error): void => {
      if (this.#child === child) this.#child = undefined;
      for (const { reject } of waiting.splice(0)) reject(error ?? new Error('git cat-file ended'));
    };
    child.once('error', gone);
    child.once('close', () => gone());
    // It ends with us, and keeps nobody alive.
    child.unref();
    for (const stream of [child.stdin, child.stdout, child.stderr])
      (stream as unknown as { unref?(): void }).unref?.();
    return child;
  }
}
