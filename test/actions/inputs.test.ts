import * as kinds from '../../src/actions/inputs.js';

const description = 'x';
const inputs = {
  model: kinds.path({ description, default: 'model.yml' }),
  name: kinds.text({ description, required: true }),
  tries: kinds.integer({ description, default: '3', min: 1, max: 9 }),
  share: kinds.number({ description }),
  dry: kinds.boolean({ description, default: 'false' }),
  bump: kinds.choice({ description, default: 'minor', choices: ['major', 'minor', 'patch'] }),
  files: kinds.list({ description }),
  params: kinds.keyValues({ description }),
  limit: kinds.duration({ description }),
  payload: kinds.json({ description }),
  token: kinds.token(),
};
const read = (raw: Record<string, string>) => kinds.readInputs(inputs, (name) => raw[name]);

describe('readInputs', () => {
  it('turns texts into values and fills in defaults', () => {
    expect(
      read({
        name: ' n ',
        share: '0.5',
        dry: 'TRUE',
        files: 'a, b\nc',
        params: 'x=1\ny: two',
        limit: '2h',
        payload: '{"a":1}',
        token: 't',
      }),
    ).toEqual({
      model: 'model.yml',
      name: 'n',
      tries: 3,
      share: 0.5,
      dry: true,
      bump: 'minor',
      files: ['a', 'b', 'c'],
      params: { x: '1', y: 'two' },
      limit: 7_200_000,
      payload: { a: 1 },
      token: 't',
    });
    expect(read({ name: 'n' })).toMatchObject({
      share: undefined,
      files: [],
      params: {},
      payload: undefined,
    });
  });

  it('reports all wrong inputs at once, with remedies', () => {
    expect(() =>
      read({
        tries: '12',
        share: 'x',
        dry: 'yes',
        bump: 'mior',
        params: 'novalue',
        limit: '5',
        payload: '[1]',
      }),
    ).toThrow(
      [
        'input "name" is required → add it under `with:`: name: …',
        'input "tries": 12 is above 9 → fix the value under `with:`',
        'input "share": "x" is not a number → fix the value under `with:`',
        'input "dry": "yes" is neither true nor false → fix the value under `with:`',
        'input "bump": "mior" is not one of major, minor, patch → did you mean "minor"?',
        'input "params": "novalue" is not of the form key=value → fix the value under `with:`',
        'input "limit": "5" is not a duration → write 90s, 10m, 2h or 1d',
        'input "payload": is not a JSON object → fix the value under `with:`',
      ].join('\n'),
    );
  });

  it('takes an empty text for no token, where the default is the job’s own', () => {
    expect(kinds.readInputs({ token: kinds.token() }, () => '')).toEqual({ token: '' });
    expect(kinds.readInputs({ token: kinds.token() }, () => 'abc')).toEqual({ token: 'abc' });
  });

  it.each(['1.5', '1e3', 'NaN', '0x10', ''])('takes %j for no whole number', (tries) => {
    if (tries === '') expect(read({ name: 'n', tries }).tries).toBe(3);
    else expect(() => read({ name: 'n', tries })).toThrow('tries');
  });
});
