import fc from 'fast-check';
import { findSecrets, sanitizeLogLine } from '../../src/common/secrets.js';

const shows = (environment: Record<string, string>, line: string): string =>
  sanitizeLogLine(line, findSecrets(environment));

describe('findSecrets', () => {
  it('takes variables by their names, and each line of a long one', () => {
    const secrets = findSecrets({
      WANDB_API_KEY: 'abcdef0123',
      HF_TOKEN: 'hf_verysecret',
      DEPLOY_KEY_PRIVATE_KEY: 'first line of it\r\nsecond line of it\u2028third line of it',
    });
    expect(secrets).toEqual(
      expect.arrayContaining([
        'abcdef0123',
        'hf_verysecret',
        'first line of it',
        'second line of it',
        'third line of it',
      ]),
    );
    expect([...secrets].sort((a, b) => b.length - a.length)).toEqual(secrets);
  });

  it.each([
    'HF_TOKEN',
    'APP_SECRET',
    'DB_PASSWORD',
    'DB_PASSWD',
    'SIGNING_PASSPHRASE',
    'GOOGLE_CREDENTIALS',
    'SLACK_WEBHOOK',
    'WANDB_API_KEY',
    'AWS_ACCESS_KEY',
    'AZURE_STORAGE_KEY',
    'ACCOUNT_KEY',
    'PRIVATEKEY',
    'SIGNING_KEY',
    'ENCRYPTION_KEY',
    'SSH_KEY',
    'DEPLOY_KEY',
    'MASTER_KEY',
    'LICENSE_KEY',
    'LICENCE_KEY',
    'GH_PAT',
    'DB_PWD',
    'SMTP_PASS',
    'BASIC_AUTH',
    'SENTRY_DSN',
    'db_password',
  ])('takes a variable called %s for a secret', (name) => {
    expect(findSecrets({ [name]: 'the whole value' })).toContain('the whole value');
  });

  it.each(['TOKENIZER', 'MONKEY', 'PASSENGERS', 'AUTHOR', 'PATH', 'KEYBOARD', 'SSH_HOST'])(
    'takes no variable called %s for a secret',
    (name) => {
      expect(findSecrets({ [name]: 'the whole value' })).toEqual([]);
    },
  );

  it('leaves what is not secret', () => {
    expect(
      findSecrets({
        PATH: '/usr/bin:/bin',
        EMPTY_SECRET: '',
        SHORT_TOKEN: 'abc',
        TOKENIZERS_PARALLELISM: 'disabled',
        HOME_PAGE: 'https://example.com:8080/path@v1?page=seventeen',
        REMOTE: 'git@example.com:acme/models.git ssh://deployer@example.com/x',
        MLOPS_PARAM_MAX_TOKENS: '100000',
        MLOPS_PARAMS: '{"max_token":"100000"}',
        MLOPS_TRAIN_DATA: '/data/key=2024-01-01/part.csv',
      }),
    ).toEqual([]);
  });

  it.each([
    ['postgres://u:p4ssw0rd@host/db', 'p4ssw0rd'],
    ['postgres://u:p@ssw0rd@host/db?mail=me@home', 'p@ssw0rd'],
    ['jdbc:mysql://u:p/ssw0rd@host/db', 'p/ssw0rd'],
    ['redis://:first-one@a:1,redis://:second-one@b:2', 'second-one'],
    ['amqp+ssl://u:p%40ssw0rd@host', 'p@ssw0rd'],
    ['https://ghp_sometoken@github.com/acme/models', 'ghp_sometoken'],
    ['https://ghp_sometoken:x-oauth-basic@github.com/acme/models', 'ghp_sometoken'],
    ['https://blob.example.com/c?sv=2024&sig=aB3%2FcD4%3D&se=1', 'aB3/cD4='],
    ['s3 https://b.example.com/o?X-Amz-Signature=0123456789abcdef', '0123456789abcdef'],
    ['https://example.com/cb#access_token=abcdef123456', 'abcdef123456'],
    ['https://example.com/v1?key=abcdef123456', 'abcdef123456'],
    ['Server=db;User=me;Password=my pa&ss word;Encrypt=true', 'my pa&ss word'],
    ['Server=db;pwd="se;cret";Encrypt=true', 'se;cret'],
    ['host=db user=me password=hunter22 sslmode=require', 'hunter22'],
    ['DefaultEndpointsProtocol=https;AccountName=a;AccountKey=abcdEFGH1234==;Suffix=x', 'abcdEFGH1234=='],
    ['java -Dsome.x=1 --password=hunter22 -v', 'hunter22'],
    ['{"user": "me", "password": "hun\\"ter22"}', 'hun"ter22'],
  ])('finds what is secret inside %j', (value, secret) => {
    expect(shows({ PLACE: value }, `it is ${secret}.`)).toBe('it is ***.');
  });

  it('hides a short password where it stands in its URL', () => {
    expect(shows({ PLACE: 'postgres://u:pw@host/db' }, 'to postgres://u:pw@host/db, pw')).toBe(
      'to postgres://u***host/db, pw',
    );
  });

  it('takes its time in proportion to the value', () => {
    const started = performance.now();
    findSecrets({ A: 'a'.repeat(200_000), B: 'ab '.repeat(70_000), C: 'k=v '.repeat(50_000) });
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

// A secret of `*` or of what is put in to break commands cannot be told from what was put in.
const secret = fc
  .string({ minLength: 6, unit: 'grapheme-ascii' })
  .filter((s) => !s.includes('*') && s.trim().length >= 6);
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const encodings: readonly ((text: string) => string)[] = [
  (text) => text,
  base64,
  (text) => base64(text).replace(/=+$/, ''),
  (text) => Buffer.from(text).toString('base64url'),
  (text) => base64(text).replaceAll('+', '-').replaceAll('/', '_'),
  encodeURIComponent,
  (text) => encodeURIComponent(text).replace(/%../g, (code) => code.toLowerCase()),
  (text) => JSON.stringify(text).slice(1, -1),
];

describe('sanitizeLogLine', () => {
  it.each([
    ['::error::stop', ':\u200b:error::stop'],
    ['  ::set-output name=x::1', '  :\u200b:set-output name=x::1'],
    ['\u0085\u3000::add-mask::x', '\u0085\u3000:\u200b:add-mask::x'],
    ['\u001b[31m::error::red', '\u001b[31m:\u200b:error::red'],
    ['fine\r::stop-commands::x', 'fine\r:\u200b:stop-commands::x'],
    ['a ##[error]b', 'a ##\u200b[error]b'],
    ['loss: 0.3 :: fine', 'loss: 0.3 :: fine'],
  ])('leaves the runner nothing to obey in %j', (line, shown) => {
    expect(sanitizeLogLine(line, [])).toBe(shown);
  });

  it('leaves no piece of any text that the runner would obey', () => {
    const unit = fc.constantFrom(':', '#', '[', ' ', '\t', '\r', '\n', '\u2028', '\u001b', 'a', ']');
    fc.assert(
      fc.property(fc.string({ unit }), (line) => {
        const pieces = sanitizeLogLine(line, []).split(/[\r\n\u2028]/);
        expect(pieces.filter((piece) => /^\s*::/.test(piece) || piece.includes('##['))).toEqual([]);
      }),
    );
  });

  it.each(encodings.map((encode, i) => [i, encode] as const))(
    'never shows a secret (encoding %i)',
    (_, encode) => {
      fc.assert(
        fc.property(secret, fc.string(), fc.string(), (value, before, after) => {
          const line = shows({ SOME_TOKEN: value }, `${before}${encode(value)}${after}`);
          expect(line).not.toContain(encode(value));
          expect(line).not.toContain(value);
        }),
      );
    },
  );

  it.each(encodings.map((encode, i) => [i, encode] as const))(
    'never shows the password of a URL (encoding %i)',
    (_, encode) => {
      fc.assert(
        fc.property(secret, (password) => {
          const line = shows(
            { PLACE: `db://u:${encodeURIComponent(password)}@host` },
            `is ${encode(password)}`,
          );
          expect(line).not.toContain(encode(password));
        }),
      );
    },
  );

  it('hides a secret inside the base64 of a longer text, but for the bytes at its ends', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 5 }), fc.base64String({ minLength: 16 }), (user, password) => {
        const shown = shows({ SOME_TOKEN: password }, base64(`${user}:${password}`));
        expect(shown).toContain('***');
        expect(shown.length).toBeLessThan(24);
      }),
    );
  });

  it('hides base64 that is broken into lines', () => {
    const key = Array.from({ length: 200 }, (_, i) => String.fromCharCode(33 + ((i * 37) % 90))).join('');
    const lines = base64(key).match(/.{1,76}/g)!;
    expect(lines.map((line) => shows({ SOME_SECRET: key }, line))).toEqual(lines.map(() => '***'));
  });
});
