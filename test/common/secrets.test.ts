import fc from 'fast-check';
import { harmless, secretsOf } from '../../src/training/secrets.js';

describe('secretsOf', () => {
  it('takes variables by their names, and each line of a long one', () => {
    const environment = {
      WANDB_API_KEY: 'abcdef0123',
      HF_TOKEN: 'hf_verysecret',
      DEPLOY_KEY_PRIVATE_KEY: 'first line of it\nsecond line of it',
      PATH: '/usr/bin:/bin',
      EMPTY_SECRET: '',
      SHORT_TOKEN: 'abc',
    };
    expect(new Set(secretsOf(environment))).toEqual(
      new Set([
        'abcdef0123',
        'hf_verysecret',
        'first line of it\nsecond line of it',
        'first line of it',
        'second line of it',
      ]),
    );
    expect(secretsOf(environment)[0]).toContain('\n');
  });
});

describe('harmless', () => {
  it.each([
    ['::error::stop', ':\u200b:error::stop'],
    ['  ::set-output name=x::1', '  :\u200b:set-output name=x::1'],
    ['a ##[error]b', 'a ##\u200b[error]b'],
    ['loss: 0.3 :: fine', 'loss: 0.3 :: fine'],
  ])('leaves the runner nothing to obey in %j', (line, shown) => {
    expect(harmless(line, [])).toBe(shown);
  });

  it('never shows a secret', () => {
    const secret = fc.string({ minLength: 6 }).filter((s) => !s.includes('*') && !s.includes('\u200b'));
    fc.assert(
      fc.property(secret, fc.string(), fc.string(), (value, before, after) => {
        expect(harmless(`${before}${value}${after}`, [value])).not.toContain(value);
      }),
    );
  });
});
