/** Shorter values would blot out half the log. */
export const shortestSecret = 6;
/** Columns at which base64 and OpenSSL break the lines of what they write. */
const wrappedAt = [64, 76];

/** A secret as a program may print it: as it is, line by line, escaped, percent-encoded and in base64. */
export function formsOfSecret(secret: string): string[] {
  const decoded = attempt(() => decodeURIComponent(secret)) ?? secret;
  const plain = [...new Set([secret, decoded])].flatMap((text) => [text, ...linesOf(text), text.trim()]);
  const forms = [...new Set(plain)]
    .filter((text) => text.length >= shortestSecret)
    .flatMap((text) => [
      text,
      JSON.stringify(text).slice(1, -1),
      ...percentForms(text),
      ...base64Forms(text),
    ]);
  return [...new Set(forms)].filter((text) => text.length >= shortestSecret);
}

/** Every line end that readline or the runner knows. */
function linesOf(text: string): string[] {
  return text.split(/[\r\n\u2028\u2029]+/);
}

/** As JavaScript, Python, forms and RFC 3986 encode a text, with hex digits of either case. */
function percentForms(text: string): string[] {
  const component = attempt(() => encodeURIComponent(text));
  // A text with half a surrogate pair has no percent-encoding.
  if (component === undefined) return [];
  const strict = component.replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  const forms = [
    component,
    strict,
    strict.replaceAll('%2F', '/'),
    component.replaceAll('%20', '+'),
    strict.replaceAll('%20', '+'),
    encodeURI(text),
  ];
  return forms.flatMap((form) => [form, form.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())]);
}

function base64Forms(text: string): string[] {
  const bytes = Buffer.from(text);
  const whole = bytes.toString('base64');
  const forms = [
    whole,
    whole.replace(/=+$/, ''),
    ...[0, 1, 2].flatMap((before) => innerBase64(bytes, before)),
  ];
  const wrapped = wrappedAt.flatMap((width) => whole.match(new RegExp(`.{1,${width}}`, 'g')) ?? []);
  return [...forms, ...wrapped].flatMap((form) => [form, form.replaceAll('+', '-').replaceAll('/', '_')]);
}

/** What is always the same in the base64 of a longer text, where so many bytes come before the secret in its group. */
function innerBase64(bytes: Buffer, before: number): string[] {
  const start = (3 - before) % 3;
  const end = start + Math.floor((bytes.length - start) / 3) * 3;
  return end - start < shortestSecret ? [] : [bytes.subarray(start, end).toString('base64')];
}

function attempt(work: () => string): string | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
