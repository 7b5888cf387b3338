// The arms of one environment: which versions serve, and which share of the requests each gets.
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Arm } from './arm.mjs';

export class Environment {
  #folder;
  #slowMs;
  #champion;
  #challenger;
  /** The champion before this one, idle: it takes over again when the new one is stopped. */
  #previous;
  #weight = 0;
  /** Commands run one after the other. */
  #queue = Promise.resolve();

  constructor(folder, slowMs) {
    this.#folder = folder;
    this.#slowMs = slowMs;
    mkdirSync(folder, { recursive: true });
  }

  /** Starts again what served when the platform ended; an arm that does not start is left out. */
  async restore() {
    const file = join(this.#folder, 'state.json');
    const { champion, challenger, weight } = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
    this.#champion = await this.#restored(champion);
    this.#challenger = await this.#restored(challenger);
    this.#weight = this.#challenger === undefined ? 0 : weight;
    for (const entry of readdirSync(this.#folder, { withFileTypes: true })) {
      const known = entry.name === champion || entry.name === challenger;
      if (entry.isDirectory() && !known) rmSync(join(this.#folder, entry.name), { recursive: true });
    }
  }

  async #restored(version) {
    if (version === undefined) return undefined;
    try {
      return await this.#run(version);
    } catch (error) {
      console.error(`${version} is not served again: ${error.message}`);
      return undefined;
    }
  }

  /** A version ready to serve, with weight 0; nothing happens when it is there already. */
  start(version, source) {
    return this.#inTurn(async () => {
      if ([this.#champion, this.#challenger].some((arm) => arm?.version === version)) return;
      await this.#retireChallenger();
      if (this.#previous?.version === version) {
        this.#challenger = this.#previous;
        this.#previous = undefined;
      } else {
        await this.#retire(this.#previous);
        this.#previous = undefined;
        Arm.copy(source, this.#armFolder(version));
        this.#challenger = await this.#run(version);
      }
    });
  }

  /**
   * The version's share of the requests: with 1 it becomes the champion; with less a champion is the
   * challenger of the one before it again.
   */
  setWeight(version, weight) {
    return this.#inTurn(() => {
      if (this.#champion?.version === version && this.#challenger === undefined) {
        if (weight === 1) return;
        this.#challenger = this.#champion;
        this.#champion = this.#previous;
        this.#previous = undefined;
      }
      if (this.#challenger?.version !== version) {
        if (weight === 0 && this.#champion?.version !== version) return; // it has no share already
        throw new Conflict(`${version} is not the challenger: start it first`);
      }
      this.#weight = weight;
      if (weight < 1) return;
      this.#previous = this.#champion;
      this.#champion = this.#challenger;
      this.#challenger = undefined;
      this.#weight = 0;
    });
  }

  stop(version) {
    return this.#inTurn(async () => {
      if (this.#challenger?.version === version) {
        await this.#retireChallenger();
      } else if (this.#champion?.version === version) {
        const retired = this.#champion;
        this.#champion = this.#previous;
        this.#previous = undefined;
        await this.#retire(retired);
      } else if (this.#previous?.version === version) {
        const retired = this.#previous;
        this.#previous = undefined;
        await this.#retire(retired);
      }
    });
  }

  answer(body) {
    // Without a champion there is nobody to share with.
    const share = this.#champion === undefined && this.#weight > 0 ? 1 : this.#weight;
    const arm = this.#challenger !== undefined && Math.random() < share ? this.#challenger : this.#champion;
    return arm?.answer(body) ?? { status: 503, text: '{"error":"nothing is deployed here"}' };
  }

  /** Cumulative counts of each arm since its process started. */
  signals() {
    const arms = {};
    for (const [role, arm] of [
      ['champion', this.#champion],
      ['challenger', this.#challenger],
    ]) {
      if (arm !== undefined) arms[role] = { version: arm.version, ...arm.counts };
    }
    return { schemaVersion: 1, arms, weight: this.#weight };
  }

  async #run(version) {
    const arm = new Arm({ version, folder: this.#armFolder(version), slowMs: this.#slowMs });
    try {
      await arm.start();
    } catch (error) {
      await arm.stop();
      throw error;
    }
    return arm;
  }

  async #retireChallenger() {
    const retired = this.#challenger;
    this.#challenger = undefined;
    this.#weight = 0;
    await this.#retire(retired);
  }

  async #retire(arm) {
    if (arm === undefined) return;
    this.#save(); // before its files go: a platform that is killed here must not look for them
    await arm.stop();
    rmSync(arm.folder, { recursive: true, force: true });
  }

  #armFolder(version) {
    return join(this.#folder, version);
  }

  #inTurn(body) {
    const done = this.#queue.then(body).finally(() => this.#save());
    this.#queue = done.catch(() => {});
    return done;
  }

  #save() {
    const file = join(this.#folder, 'state.json');
    const state = {
      champion: this.#champion?.version,
      challenger: this.#challenger?.version,
      weight: this.#weight,
    };
    writeFileSync(`${file}.part`, JSON.stringify(state));
    renameSync(`${file}.part`, file);
  }
}

/** What is asked for does not go with what serves now. */
export class Conflict extends Error {}
