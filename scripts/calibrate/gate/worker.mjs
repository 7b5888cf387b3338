// Simulates one job after another, as gate.mjs asks.
import { parentPort } from 'node:worker_threads';
import '../../typescript.mjs';

const [lines, { runLine }, { runSlices }, { runFairness, runSearch }, { edgeLines, runEdges }] =
  await Promise.all([
    import('./lines.mjs'),
    import('./run.mjs'),
    import('./slices.mjs'),
    import('./groups.mjs'),
    import('./edges.mjs'),
  ]);

const kinds = {
  line: [lines.lines, runLine],
  slices: [lines.sliceLines, runSlices],
  fairness: [lines.fairnessLines, runFairness],
  search: [lines.searchLines, runSearch],
  edges: [edgeLines, runEdges],
};

parentPort.on('message', ({ kind, index, share }) => {
  const [of, run] = kinds[kind];
  const runs = Math.max(10, Math.ceil(of[index].runs * share));
  parentPort.postMessage(run({ ...of[index], runs }));
});
parentPort.postMessage('ready');
