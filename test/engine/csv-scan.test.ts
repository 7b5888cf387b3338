import fc from 'fast-check';
import { type CsvRecord, CsvScanner, parseRecord } from '../../src/engine/csv-scan.js';

const scan = (bytes: Buffer, sizes: readonly number[] = []) => {
  const records: CsvRecord[] = [];
  const scanner = new CsvScanner(','.charCodeAt(0), 0, (record) => records.push(record));
  let at = 0;
  for (const size of sizes) {
    scanner.push(bytes.subarray(at, at + size));
    at += size;
  }
  scanner.push(bytes.subarray(at));
  return { shape: scanner.finish(), records };
};
const write = (field: string): string =>
  /[",\r\n]/.test(field) || field === '' ? `"${field.replaceAll('"', '""')}"` : field;

const field = fc.string({ unit: fc.constantFrom('a', 'ü', '☃', ' ', ',', '"', '\n', '\r\n', '1') });
const rows = fc.array(fc.array(field, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 20 });

describe('the CSV scanner', () => {
  it('finds every record where it is, whatever its fields hold and however the bytes come', () => {
    fc.assert(
      fc.property(
        rows,
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        fc.array(fc.nat(30)),
        (data, end, last, sizes) => {
          const lines = data.map((row) => row.map(write).join(','));
          const text = lines.join(end) + (last ? end : '');
          const bytes = Buffer.from(text);
          const { shape, records } = scan(bytes, sizes);
          expect(records.map((r) => r.defect)).toEqual(data.map(() => undefined));
          expect(records.map((r) => parseRecord(bytes.toString('utf8', r.start, r.end), ','))).toEqual(data);
          expect(shape.records).toBe(data.length);
          let line = 1;
          lines.forEach((written, i) => {
            expect(records[i]!.line).toBe(line);
            line += 1 + (written.match(/\n/g)?.length ?? 0);
          });
        },
      ),
    );
  });

  it('names what is wrong the same, however the bytes come', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.array(fc.nat(10)), (noise, sizes) => {
        const bytes = Buffer.concat([
          Buffer.from('a,b\n'),
          Buffer.from(noise.map((b) => (b % 4 === 0 ? 10 : b % 7 === 0 ? 34 : b % 5 === 0 ? 44 : b))),
        ]);
        expect(scan(bytes, sizes)).toEqual(scan(bytes));
      }),
    );
  });
});
