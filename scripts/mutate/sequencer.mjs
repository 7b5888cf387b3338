// Tests run in the order in which they are named.
import sequencer from '@jest/test-sequencer';

const { default: Sequencer } = sequencer;

export default class extends Sequencer {
  sort(tests) {
    const order = JSON.parse(process.env.MUTATE_ORDER ?? '[]');
    const at = ({ path }) => order.findIndex((name) => path.endsWith(name));
    return [...tests].sort((a, b) => at(a) - at(b));
  }
}
