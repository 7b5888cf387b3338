import { type Place, head, openPlace } from './harness.js';

let place: Place;
beforeAll(async () => {
  place = await openPlace();
});
afterAll(() => place.close());

const contract = `${head}schema:
  - name: rows
    properties:
      - { name: x, logicalType: string }
      - { name: y, logicalType: integer }
`;

describe('how a file is written', () => {
  it('is reported where fields are separated by something else than commas', async () => {
    for (const [delimiter, name] of [
      [';', 'semicolons'],
      ['\t', 'tabs'],
      ['|', 'bars'],
    ] as const) {
      place.write('d.csv', `x${delimiter}y\na${delimiter}1\nb${delimiter}2\n`);
      const found = await place.findings(contract, ['d.csv']);
      expect(found.map(({ rule, severity, message }) => [rule, severity, message])).toEqual([
        ['delimiter', 'warning', `d.csv: its fields are separated by ${name}, not by commas`],
      ]);
    }
    place.write('d.tsv', 'x\ty\na\t1\n');
    place.write('d.csv', 'x,y\na,1\n');
    expect(await place.findings(contract, ['d.tsv', 'd.csv'])).toEqual([]);
  });

  it('is reported where numbers with a decimal comma pass for texts', async () => {
    place.write('n.csv', 'x,y\n"1,5",1\n"-1.234,25",2\n7,3\n,4\n');
    const [found, ...more] = await place.findings(contract, ['n.csv']);
    expect(more).toEqual([]);
    expect(found).toMatchObject({ rule: 'decimal-comma', severity: 'warning', column: 'x' });
    expect(found!.remedy).toContain('decimalChar');
    for (const text of ['"1,5",1\na,2\n', '1,1\n2,2\n', '"a, b",1\n', '"1,5,6",1\n']) {
      place.write('n.csv', `x,y\n${text}`);
      expect(await place.findings(contract, ['n.csv'])).toEqual([]);
    }
  });
});
