import { UserError } from '../../common/errors.js';
import { displayPath, expandGlobs } from '../../common/files.js';
import type { Table, WantedTypes } from '../../engine/table.js';
import type { Profile } from '../../formats/profile.js';
import { prepareData } from '../../spec/data.js';
import type { LoadedSpec } from '../../spec/load.js';
import type { Dependencies } from '../dependencies.js';
import type { ValuesOf } from '../inputs.js';
import type { definition } from './inputs.js';
import { type KnownColumns, knownColumns } from './contract.js';
import { type OpenData, openData } from './profile.js';
import { type Reference, fileReference, liveReference, profilePath } from './reference.js';

type Inputs = ValuesOf<typeof definition.inputs>;

/** Both sides, read; and what the sections open of them again. */
export interface Gathered {
  readonly data: OpenData;
  readonly reference: Reference;
  /** The reference's rows; undefined where only a profile is known. */
  readonly referenceTables: readonly Table[] | undefined;
  readonly current: Profile;
  readonly currentTables: readonly Table[];
  readonly source: string;
  /** Types that the contract and the reference expect; numbers are left to be found. */
  readonly types: WantedTypes;
  readonly known: KnownColumns;
  /** Files of globs that a section of the spec names. @throws UserError at that place when one matches nothing */
  filesOf(path: readonly string[]): readonly string[];
}

/** Globs of the spec that sections read beside the current data. */
const sectionGlobs = [
  ['drift', 'performance', 'predictions'],
  ['drift', 'performance', 'labels'],
  ['drift', 'performance', 'reference'],
  ['drift', 'skew', 'training'],
  ['drift', 'skew', 'serving'],
] as const;

/**
 * Reads reference and current data; the reference first, since it names the types that are expected.
 * @throws UserError when one of them cannot be read; files of the sections fail only there
 */
export async function gather(
  inputs: Inputs,
  spec: LoadedSpec,
  dependencies: Dependencies,
): Promise<Gathered> {
  const { run, logger, signal, environment, github: connect } = dependencies;
  const { drift, name } = spec.value;
  if (inputs.current.length === 0 && drift === undefined) {
    throw new UserError({
      message: 'the spec has no "drift", so there is no current data to check',
      where: spec.at([]),
      remedy: 'add drift: { current: data/latest.csv }, or give the input `current`',
    });
  }
  const columns = await knownColumns(spec, run.workspace, logger);
  const path = profilePath(inputs.reference, run.workspace);
  const fromData = path === undefined && (inputs.reference.length > 0 || drift?.reference !== undefined);
  const files = await prepareData({
    spec,
    purposes: fromData ? ['reference', 'current'] : ['current'],
    override: {
      ...(inputs.current.length > 0 && { current: inputs.current }),
      ...(fromData && inputs.reference.length > 0 && { reference: inputs.reference }),
    },
    workspace: run.workspace,
    environment,
    logger,
    signal,
  });
  const own = await sectionFiles(spec);
  const found = [...own.values()].flatMap((one) => (one instanceof UserError ? [] : one));
  const known =
    path !== undefined
      ? await fileReference(path, displayPath(path, run.workspace))
      : fromData
        ? undefined
        : await liveReference(await connect(inputs.token), name, inputs.environment);
  const everything = [...(files.reference ?? []), ...files.current!, ...found];
  const data = await openData(everything, dependencies, columns.typed);
  try {
    const referenceTables = known === undefined ? await data.open(files.reference!, {}) : undefined;
    const reference = known ?? {
      profile: await data.profile(referenceTables!),
      source: show(files.reference!, run.workspace),
    };
    logger.info(`reference: ${reference.source}`);
    // Numbers are left to be found: a text among them must show as a text, not vanish as a missing value.
    const types = Object.fromEntries([
      ...reference.profile.columns
        .filter(({ type }) => type !== 'integer' && type !== 'number')
        .map((column) => [column.name, column.type] as const),
      ...columns.typed.map(({ name: own, type }) => [own, type] as const),
    ]);
    const currentTables = await data.open(files.current!, types);
    return {
      data,
      reference,
      referenceTables,
      current: await data.profile(currentTables),
      currentTables,
      source: show(files.current!, run.workspace),
      types,
      known: columns,
      filesOf: (wanted) => {
        const list = own.get(wanted.join('.'));
        if (list instanceof UserError) throw list;
        return list ?? [];
      },
    };
  } catch (error) {
    await data.close();
    throw error;
  }
}

async function sectionFiles({ value, at, folder }: LoadedSpec): Promise<Map<string, string[] | UserError>> {
  const found = new Map<string, string[] | UserError>();
  for (const path of sectionGlobs) {
    const [, section, key] = path;
    const globs = (value.drift?.[section] as Readonly<Record<string, unknown>> | undefined)?.[key];
    if (globs === undefined) continue;
    const files = expandGlobs(globs as readonly string[], folder, at([...path]));
    found.set(
      path.join('.'),
      await files.catch((error: unknown) => {
        if (error instanceof UserError) return error;
        throw error;
      }),
    );
  }
  return found;
}

function show(files: readonly string[], workspace: string): string {
  if (files.length > 3) return `${files.length} files`;
  return files.map((file) => displayPath(file, workspace)).join(', ');
}
