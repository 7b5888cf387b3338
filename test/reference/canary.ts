// The table of docs/decisions/010-canary-evidence.md; some minutes, so no test runs it:
// node_modules/node/bin/node --import ./scripts/typescript.mjs test/reference/canary.ts
import { Simulation, type World, minute, planWith } from '../rollout/simulate.js';

const runs = 200;
const rates = (champion: number, challenger: World['rates'][string]['challenger']) => ({
  error: { champion, challenger },
});
const worlds: Readonly<Record<string, World['rates']>> = {
  '1 %': rates(0.01, 0.01),
  '1.2 %': rates(0.01, 0.012),
  '2 %': rates(0.01, 0.02),
  '3 %': rates(0.01, 0.03),
  '10 %': rates(0.01, 0.1),
  '0 against 0': rates(0, 0),
  '1 % at 10 %, 3 % from 50 %': rates(0.01, (weight) => (weight >= 0.5 ? 0.03 : 0.01)),
};

for (const limit of [2, 1.5]) {
  const plain = planWith({ bakeMs: 200 * minute });
  const plan = { ...plain, rules: plain.rules.map((rule) => ({ ...rule, limit })) };
  for (const [name, world] of Object.entries(worlds)) {
    const requests = new Map<string, number[]>();
    for (let run = 1; run <= runs; run++) {
      const simulation = new Simulation(plan, { seed: run * 7919, perLook: 500, rates: world });
      const { verdict } = simulation.run().decision!;
      requests.set(verdict, [...(requests.get(verdict) ?? []), simulation.requests]);
    }
    const told = [...requests].map(([verdict, list]) => {
      const median = list.sort((a, b) => a - b)[Math.floor(list.length / 2)];
      return `${verdict} ${(100 * list.length) / runs} %, median ${median} requests`;
    });
    console.log(`max-ratio ${limit}, challenger ${name}: ${told.join('; ')}`);
  }
}
