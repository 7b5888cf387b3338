const lnRoot2Pi = 0.9189385332046727;

/** Lanczos' series with g = 607/128 (Godfrey 2001): 15 digits for x ≥ ½. */
const lanczos = [
  0.99999999999999709182, 57.156235665862923517, -59.597960355475491248, 14.136097974741747174,
  -0.49191381609762019978, 0.33994649984811888699e-4, 0.46523628927048575665e-4, -0.98374475304879564677e-4,
  0.15808870322491248884e-3, -0.21026444172410488319e-3, 0.2174396181152126432e-3, -0.16431810653676389022e-3,
  0.84418223983852743293e-4, -0.2619083840158140867e-4, 0.36899182659531622704e-5,
];

/** ln Γ(x), x > 0. */
export function lnGamma(x: number): number {
  if (x >= 10) return (x - 0.5) * Math.log(x) - x + lnRoot2Pi + stirlingRest(x);
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - lnGamma(1 - x);
  let sum = lanczos[0]!;
  for (let i = 1; i < lanczos.length; i++) sum += lanczos[i]! / (x - 1 + i);
  const shifted = x + 607 / 128 - 0.5;
  return (x - 0.5) * Math.log(shifted) - shifted + lnRoot2Pi + Math.log(sum);
}

/** What Stirling's formula for ln Γ(x) lacks, x ≥ 10 (DLMF 5.11.1). */
export function stirlingRest(x: number): number {
  const y = 1 / (x * x);
  const series = [-691 / 360360, 1 / 1188, -1 / 1680, 1 / 1260, -1 / 360, 1 / 12];
  return series.reduce((sum, term) => sum * y + term, 1 / 156) / x;
}

/** ln k! less (k+½)ln(k+1) − (k+1) + ½ln 2π, of a whole number k. */
export function factorialRest(k: number): number {
  return smallRests[k] ?? stirlingRest(k + 1);
}

/** factorialRest of 0 … 8, for which Stirling's series is too coarse. */
const smallRests = [
  0.08106146679532726, 0.0413406959554093, 0.02767792568499834, 0.02079067210376509, 0.01664469118982119,
  0.01387612882307075, 0.01189670994589177, 0.01041126526197209, 0.00925546218271273,
];

/** ln B(a, b), a, b > 0, without the cancellation of three large logarithms (as SLATEC's dlbeta). */
export function lnBeta(a: number, b: number): number {
  const [p, q] = a < b ? [a, b] : [b, a];
  const share = p / (p + q);
  if (p >= 10) {
    const rest = stirlingRest(p) + stirlingRest(q) - stirlingRest(p + q);
    return -0.5 * Math.log(q) + lnRoot2Pi + rest + (p - 0.5) * Math.log(share) + q * Math.log1p(-share);
  }
  if (q >= 10) {
    const rest = stirlingRest(q) - stirlingRest(p + q);
    return lnGamma(p) + rest + p - p * Math.log(p + q) + (q - 0.5) * Math.log1p(-share);
  }
  return lnGamma(p) + lnGamma(q) - lnGamma(p + q);
}

/** ln(1 + t) − t, t > −1, to full precision near 0. */
export function log1pMinus(t: number): number {
  if (t < -0.4 || t > 0.6) return Math.log1p(t) - t;
  // ln(1 + t) = 2·artanh(t/(2 + t)).
  const r = t / (2 + t);
  const y = r * r;
  let sum = 0;
  for (let k = 41; k >= 3; k -= 2) sum = sum * y + 1 / k;
  return r * (2 * y * sum - t);
}
