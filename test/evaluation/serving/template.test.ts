import { jsonValue, requestMaker, valueAt } from '../../../src/evaluation/serving/template.js';

const at = () => ({});
const request = (change: object) => ({
  path: '/predict',
  method: 'POST' as const,
  headers: {},
  body: '$row' as unknown,
  ...change,
});

describe('requests from rows', () => {
  it('hold values as JSON has them', () => {
    expect(jsonValue('1.50', 'number', 'csv')).toBe(1.5);
    expect(jsonValue('7', 'integer', 'parquet')).toBe(7);
    expect(jsonValue('', 'number', 'csv')).toBeNull();
    expect(jsonValue('', 'string', 'csv')).toBe('');
    expect(jsonValue(null, 'string', 'csv')).toBeNull();
    expect(jsonValue('TRUE', 'boolean', 'csv')).toBe(true);
    expect(jsonValue('0', 'boolean', 'csv')).toBe(false);
    expect(jsonValue('2001-02-03', 'date', 'csv')).toBe('2001-02-03');
    expect(jsonValue('"1"', 'integer', 'jsonl')).toBe('1');
    expect(jsonValue('{"a":[1]}', 'string', 'jsonl')).toEqual({ a: [1] });
  });

  it('are filled in by value, never by text', () => {
    const row = { x: 1.5, t: 'say "hi", ${x}', n: null };
    const columns = Object.keys(row);
    const body = {
      inputs: [{ name: 'all', data: '$values' }],
      one: '${x}',
      text: '<${t}|${n}>',
      row: '$row',
      k: 3,
    };
    const { body: text } = requestMaker(request({ body }), columns, at)(row);
    expect(JSON.parse(text!)).toEqual({
      inputs: [{ name: 'all', data: [1.5, 'say "hi", ${x}', null] }],
      one: 1.5,
      text: '<say "hi", ${x}|>',
      row,
      k: 3,
    });
  });

  it('escape what goes into a path, and give GET no body', () => {
    const make = requestMaker(request({ path: '/p?x=${x}&t=${t}', method: 'GET' }), ['x', 't'], at);
    expect(make({ x: 1, t: 'a&b/../é\ud800' })).toMatchObject({
      path: '/p?x=1&t=a%26b%2F..%2F%C3%A9%EF%BF%BD',
      body: undefined,
    });
  });

  it('find what stands at a place, and nothing that an object merely inherits', () => {
    const answer = { predictions: [{ p: 0.5, a: null }], p: 1 };
    expect(valueAt(answer, 'predictions.0.p')).toBe(0.5);
    expect(valueAt(answer, 'predictions.0.a')).toBeNull();
    expect(valueAt(answer, 'predictions.1.p')).toBeUndefined();
    expect(valueAt(answer, 'constructor.name')).toBeUndefined();
    expect(valueAt('text', 'length')).toBeUndefined();
    expect(valueAt(0.7, '$')).toBe(0.7);
  });
});
