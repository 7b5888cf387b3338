import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import * as v from 'valibot';
import { record } from '../../common/record-schema.js';
import { UserError } from '../../common/errors.js';
import { readNamedFile } from '../../common/files.js';
import { parseYaml } from '../../common/yaml.js';
import type { Contract } from './contract.js';
import { readDataPackage, readTableSchema } from './frictionless/read.js';
import { packageSchema, tableSchema } from './frictionless/schema.js';
import { readOdcs } from './odcs/read.js';
import { odcsSchema } from './odcs/schema.js';

/**
 * Loads a data contract: ODCS 3.0 or 3.1, a Frictionless Table Schema, or a Data Package with such schemas; YAML or
 * JSON. What is in it is told by its keys.
 * @param path of the file; `file#table` where it describes several tables
 * @throws UserError with every problem at its line and column
 */
export async function loadContract(path: string): Promise<Contract> {
  const [file = path, wanted] = path.split('#');
  const bytes = await readNamedFile(file, 'check the path; it is relative to the root of the repository');
  return parseContract(bytes.toString(), file, wanted);
}

/** As loadContract, for a text; paths in it are relative to the folder of `file`. */
export function parseContract(text: string, file: string, wanted?: string): Contract {
  const digest = `sha256:${createHash('sha256').update(text).digest('hex')}`;
  const folder = dirname(file);
  const read = (): Omit<Contract, 'path' | 'digest'> => {
    switch (formatOf(text, file)) {
      case 'odcs':
        return readOdcs(parseYaml(text, odcsSchema, file), wanted, folder);
      case 'schema':
        return readTableSchema(parseYaml(text, tableSchema, file), folder);
      case 'package':
        return readDataPackage(parseYaml(text, packageSchema, file), wanted, folder);
    }
  };
  return { path: file, digest, ...read() };
}

function formatOf(text: string, file: string): 'odcs' | 'schema' | 'package' {
  const { value, at } = parseYaml(text, record(v.string(), v.unknown()), file);
  if ('kind' in value || 'apiVersion' in value || 'schema' in value) return 'odcs';
  if ('fields' in value) return 'schema';
  if ('resources' in value) return 'package';
  throw new UserError({
    message: 'is no data contract: neither ODCS nor a Frictionless Table Schema',
    where: at([]),
    remedy:
      'write apiVersion and kind: DataContract (ODCS 3), or fields (Table Schema); `mlops infer` writes one',
  });
}
