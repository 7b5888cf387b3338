import { none } from '../../../src/dataset/checks/check.js';
import { refuseOtherSql, runSql } from '../../../src/dataset/checks/sql.js';
import { UserError } from '../../../src/common/errors.js';
import { TimeLimitError } from '../../../src/engine/errors.js';
import { type Place, head, openPlace } from './harness.js';

let place: Place;
beforeAll(async () => {
  place = await openPlace();
  place.write('a.csv', 'n,b\n1,true\n2,false\n4,true\n');
  place.write('b.csv', 'n\n8\n');
});
afterAll(() => place.close());

const where = { file: 'c.yaml', line: 3 };
const about = { rule: 'r', severity: 'error' as const, tolerance: none, where };
const refuse = (kind: 'sql' | 'expression', sql: string) =>
  refuseOtherSql({
    engine: place.engine,
    checks: [{ ...about, test: kind === 'sql' ? { kind, query: sql } : { kind, sql } }],
  });

describe('SQL of a contract', () => {
  it.each([
    'SELECT 1',
    'WITH a AS (SELECT 1 AS x) SELECT x FROM a',
    'SELECT 1 UNION SELECT 2',
    'SELECT a, b FROM t, u;',
  ])('may be the query %s', async (sql) => {
    await expect(refuse('sql', sql)).resolves.toBeUndefined();
  });

  it.each(['n > 1', 'n IN (SELECT 1)', 'n > 1 -- and more', '(n) + 1 > 2'])(
    'may be the expression %s',
    async (sql) => {
      await expect(refuse('expression', sql)).resolves.toBeUndefined();
    },
  );

  it.each<['sql' | 'expression', string, string]>([
    [
      'sql',
      'DELETE FROM t',
      'the query does something else than to read → write it as one SELECT of DuckDB’s SQL',
    ],
    ['sql', 'SELECT 1; SELECT 2; SELECT 3', 'the query is 3 statements → write one SELECT'],
    ['sql', '', 'the query is 0 statements → write one SELECT'],
    ['expression', 'n > 1, 2', 'the expression is more than one expression → write it as in a WHERE'],
    [
      'expression',
      'n FROM u UNION SELECT n',
      'the expression is more than one expression → write it as in a WHERE',
    ],
    ['expression', 'n > 1; SELECT 2', 'the query is 2 statements → write one SELECT'],
  ])('may not be the %s "%s"', async (kind, sql, message) => {
    await expect(refuse(kind, sql)).rejects.toThrow(`c.yaml:3: ${message}`);
  });

  it('is told where it cannot be read, with the engine’s reason', async () => {
    await expect(refuse('sql', 'SELECT (')).rejects.toThrow(
      /c\.yaml:3: the SQL cannot be read: syntax error/,
    );
  });

  it('is refused with every problem at once; other tests are not looked at', async () => {
    const checks = [
      { ...about, test: { kind: 'sql' as const, query: 'DROP TABLE t' } },
      { ...about, test: { kind: 'rows' as const } },
      { ...about, where: { file: 'c.yaml', line: 9 }, test: { kind: 'expression' as const, sql: '1, 2' } },
    ];
    await expect(refuseOtherSql({ engine: place.engine, checks })).rejects.toMatchObject({
      problems: [{ where }, { where: { line: 9 } }],
    });
  });
});

describe('running SQL of a contract', () => {
  it('says for how long it went on', async () => {
    const endless = runSql(about, () => Promise.reject(new TimeLimitError(90_000)));
    await expect(endless).rejects.toThrow(
      'c.yaml:3: the SQL of the rule r does not end within 1 min 30 s → let its joins have conditions and its recursion an end, or raise the input `sql-time-limit`',
    );
    await expect(endless).rejects.toBeInstanceOf(UserError);
  });

  it('says the first line of what the engine refuses', async () => {
    const failed = runSql(about, () => Promise.reject(new Error('Error: Binder\nLINE 1: …')));
    await expect(failed).rejects.toThrow(
      /^c\.yaml:3: the SQL cannot be run: Binder → correct it; it is read as DuckDB’s SQL$/,
    );
  });

  it('gives what the engine gives', async () => {
    expect(await runSql(about, () => Promise.resolve(5))).toBe(5);
  });
});

describe('a rule of type sql', () => {
  const contract = (query: string, more: string, at: 'table' | 'column' = 'table') => {
    const rule = `quality: [{ type: sql, query: "${query}", ${more} }]`;
    return `${head}schema:
  - name: rows
${at === 'table' ? `    ${rule}\n` : ''}    properties:
      - { name: n, logicalType: integer${at === 'column' ? `, ${rule}` : ''} }
      - { name: b, logicalType: boolean }
`;
  };
  const findings = (query: string, more: string, at?: 'table' | 'column', files = ['a.csv']) =>
    place.findings(contract(query, more, at), files);

  it('reads all files as one table, columns that a file lacks as NULL', async () => {
    const all = ['a.csv', 'b.csv'];
    const text = contract('SELECT sum(n) FROM rows', 'mustBe: 15').replace(
      'logicalType: boolean',
      'logicalType: boolean, customProperties: [{ property: optional, value: true }]',
    );
    const found = (await place.findings(text, all)).filter(({ rule }) => rule === 'sql');
    expect(found).toEqual([]);
  });

  it('has a finding that says what it gives, what is wanted and the query', async () => {
    expect(await findings('SELECT  sum(n)\\n FROM rows', 'mustBeBetween: [8, 1234.5]')).toEqual([
      {
        ...{ rule: 'sql', severity: 'error', count: 1, share: 1, examples: [] },
        message: 'the query gives 7; the contract wants between 8 and 1235 (SELECT sum(n) FROM rows)',
        remedy: 'see what is behind the number, or correct the contract (line 8)',
      },
    ]);
  });

  it('names its column, and says the contract’s own description', async () => {
    const [found] = await findings('SELECT 1 FROM rows LIMIT 1', 'mustBe: 0, description: ask Jo', 'column');
    expect(found).toMatchObject({ column: 'n', remedy: 'ask Jo' });
    expect(found!.message).toMatch(/^n: the query gives 1; the contract wants 0 \(SELECT/);
  });

  it('takes true and false for 1 and 0', async () => {
    expect(await findings('SELECT bool_and(b) FROM rows', 'mustBe: 0')).toEqual([]);
    expect(await findings('SELECT bool_or(b) FROM rows', 'mustBe: 1')).toEqual([]);
  });

  it.each([
    [80, (query: string) => query],
    [81, (query: string) => `${query.slice(0, 79)}…`],
  ])('shows a query of %i characters as it fits', async (length, shown) => {
    const start = 'SELECT count(*) FROM rows WHERE n = ';
    const query = `${start}${'1'.padStart(length - start.length, '0')}`;
    const [found] = await findings(query, 'mustBe: 9');
    expect(found!.message).toContain(`(${shown(query)})`);
  });

  it.each([
    ['SELECT 1, 2', 'more than one value'],
    ['SELECT n FROM rows', 'more than one value'],
    ["SELECT 'x'", 'no number'],
    ['SELECT NULL', 'no number'],
    ['SELECT 1 WHERE false', 'no row'],
  ])('is refused where %s gives %s', async (query, what) => {
    await expect(findings(query, 'mustBe: 0')).rejects.toThrow(
      `the query gives ${what} → let it give one number, or true or false`,
    );
  });

  it('is not asked where no file can be read', async () => {
    place.write('none.csv', '');
    const found = await findings('SELECT 1, 2', 'mustBe: 0', 'table', ['none.csv']);
    expect(found.map(({ rule }) => rule)).not.toContain('sql');
  });

  it('leaves no table behind', async () => {
    await findings('SELECT sum(n) FROM rows', 'mustBe: 7');
    await expect(place.engine.rows('SELECT * FROM rows')).rejects.toThrow('does not exist');
  });
});
