/** Capital of bets against "the mean is at most m", in logarithms; plain, so that it can be kept between runs. */
export interface BetState {
  logWealth: number;
  n: number;
  sum: number;
  /** Σ (x − running mean)². */
  squares: number;
}

export const betStart = (): BetState => ({ logWealth: 0, n: 0, sum: 0, squares: 0 });

/**
 * Bets on one more value in [0, 1] and changes `state`. While each value's mean, given those before it, is at most
 * m, the capital is an e-process: it ever reaches 1/α with probability at most α (Ville's inequality).
 * The fraction is the approximate GRAPA of Waudby-Smith & Ramdas (2024, Estimating means of bounded random variables
 * by betting, section B.2), cut to [0, 1/(2m)]: next to nothing is bet, and lost, while the mean is below m.
 * @param m in (0, 1)
 */
export function bet(state: BetState, x: number, m: number): void {
  const t = state.n + 1;
  const mean = (0.5 + state.sum) / t;
  const variance = (0.25 + state.squares) / t;
  const edge = mean - m;
  const fraction = Math.min(Math.max(edge / (variance + edge * edge), 0), 0.5 / m);
  state.logWealth += Math.log1p(fraction * (x - m));
  state.n = t;
  state.sum += x;
  state.squares += (x - (0.5 + state.sum) / (t + 1)) ** 2;
}

/** One start of the bets, and its number: 1, 2, … */
export interface BetFrom {
  readonly index: number;
  readonly bet: BetState;
}

/**
 * Evidence of bets that begin anew again and again, so that a long time in order does not hide a late change:
 * start k has the share 1/(k(k+1)) of the capital, shares of later starts wait. A mean of e-processes is one.
 * Starts end after 16·2^v of the starts after them, v the times that 2 divides k (the first never ends), and their
 * capital is kept as it is: at most about 16·log2(starts) run at a time.
 */
export interface Bets {
  /** Starts so far. */
  started: number;
  running: BetFrom[];
  /** Capital of the starts that have ended. */
  banked: number;
}

export const betsStart = (): Bets => ({ started: 0, running: [], banked: 0 });

export function startBet(bets: Bets): void {
  const index = ++bets.started;
  const ended = bets.running.filter((one) => one.index > 1 && index - one.index >= lifetime(one.index));
  for (const one of ended) bets.banked += share(one.index) * Math.exp(one.bet.logWealth);
  bets.running = [...bets.running.filter((one) => !ended.includes(one)), { index, bet: betStart() }];
}

/** ln of the capital, all starts and what waits for later ones together. */
export function logEvidenceOf(bets: Bets): number {
  const logs = bets.running.map(({ index, bet: { logWealth } }) => Math.log(share(index)) + logWealth);
  const kept = Math.log(bets.banked + 1 / (bets.started + 1));
  const largest = Math.max(kept, ...logs);
  return largest + Math.log([kept, ...logs].reduce((sum, log) => sum + Math.exp(log - largest), 0));
}

const share = (index: number): number => 1 / (index * (index + 1));

function lifetime(index: number): number {
  let life = 16;
  for (let rest = index; rest % 2 === 0; rest /= 2) life *= 2;
  return life;
}
