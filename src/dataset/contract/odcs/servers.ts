import * as v from 'valibot';
import { ownValue } from '../../../common/own.js';
import { customProperties, position, role, stableId, text } from './information.js';

/** What a server of each type needs, and what it may have besides; `port` is a whole number, all else a text. */
const kinds: Readonly<Record<string, readonly [needs: string, may: string]>> = {
  api: ['location', ''],
  athena: ['stagingDir schema', 'catalog regionName'],
  azure: ['location format', 'delimiter'],
  bigquery: ['project dataset', ''],
  clickhouse: ['host port database', ''],
  cloudsql: ['host port database schema', ''],
  custom: [
    '',
    'account catalog database dataset delimiter endpointUrl format host location path port project region regionName schema serviceName stagingDir warehouse stream',
  ],
  databricks: ['catalog schema', 'host'],
  db2: ['host port database', 'schema'],
  denodo: ['host port', 'database'],
  dremio: ['host port', 'schema'],
  duckdb: ['database', 'schema'],
  glue: ['account database', 'location format'],
  hive: ['host database', 'port'],
  impala: ['host database', 'port'],
  informix: ['host database', 'port'],
  kafka: ['host', 'format'],
  kinesis: ['', 'region format'],
  local: ['path format', ''],
  mysql: ['host port database', ''],
  oracle: ['host port serviceName', ''],
  postgres: ['host port database schema', ''],
  postgresql: ['host port database schema', ''],
  presto: ['host', 'catalog schema'],
  pubsub: ['project', ''],
  redshift: ['database schema', 'host region account'],
  s3: ['location', 'endpointUrl format delimiter'],
  sftp: ['location', 'format delimiter'],
  snowflake: ['account database schema', 'host port warehouse'],
  sqlserver: ['host database schema', 'port'],
  synapse: ['host port database', ''],
  trino: ['host port catalog schema', ''],
  vertica: ['host port database schema', ''],
  zen: ['host database', 'port'],
};
const words = (list: string): string[] => list.split(' ').filter((word) => word !== '');
const keys = new Set(Object.values(kinds).flatMap((lists) => lists.flatMap(words)));

const server = v.strictObject({
  ...Object.fromEntries([...keys].map((key) => [key, text])),
  port: position,
  id: stableId,
  server: v.string(),
  type: v.picklist(Object.keys(kinds)),
  description: text,
  environment: text,
  roles: v.optional(v.array(role)),
  customProperties,
});

/** Where the data lies, for other tools. */
export const servers = v.optional(
  v.array(
    v.pipe(
      server,
      v.rawCheck(({ dataset, addIssue }) => {
        if (!dataset.typed) return;
        const value = dataset.value as Readonly<Record<string, unknown>>;
        const [needs, may] = ownValue(kinds, String(value.type))!.map(words);
        const missing = needs!.filter((key) => ownValue(value, key) === undefined);
        const foreign = [...keys].filter(
          (key) => Object.hasOwn(value, key) && ![...needs!, ...may!].includes(key),
        );
        const said = `a server of type ${String(value.type)}`;
        if (missing.length > 0) addIssue({ message: `${said} needs ${missing.join(' and ')}` });
        if (foreign.length > 0)
          addIssue({ message: `${said} has no ${foreign.join(' and no ')}: remove it, or change the type` });
      }),
    ),
  ),
);
