import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { metricNames } from '../../src/drift/export/metrics.js';

const text = readFileSync('examples/grafana/drift.json', 'utf8');
const alerts = readFileSync('examples/grafana/alerts.yml', 'utf8');
interface Dashboard {
  readonly panels: readonly {
    readonly title: string;
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
    readonly targets: readonly { readonly expr: string; readonly refId: string }[];
  }[];
}
const { panels } = JSON.parse(text) as Dashboard;
const used = (source: string): string[] => source.match(/\bmlops_drift_[a-z_]+\b/g) ?? [];

describe('the dashboard', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dashboard-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('asks only for metrics that are exported, and shows each of them', () => {
    const names = Object.keys(metricNames);
    const expressions = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
    expect([...new Set(expressions.flatMap(used))].sort()).toEqual([...names].sort());
    for (const name of [...used(text), ...used(alerts)]) expect(names).toContain(name);
  });

  it('asks what Prometheus understands', () => {
    const rules = {
      groups: [
        {
          name: 'dashboard',
          rules: panels.flatMap(({ targets }, i) =>
            targets.map(({ expr }, j) => ({
              record: `panel:${i}:${j}`,
              // What Grafana fills in.
              expr: expr.replaceAll('$model', '.*').replaceAll('$scope', '.*'),
            })),
          ),
        },
      ],
    };
    const asked = join(folder, 'dashboard.json');
    writeFileSync(asked, JSON.stringify(rules));
    for (const file of [asked, 'examples/grafana/alerts.yml']) {
      const promtool = spawnSync('promtool', ['check', 'rules', file], { encoding: 'utf8' });
      if (promtool.error !== undefined) {
        process.stdout.write('skipped: promtool is not installed\n');
        return;
      }
      expect(promtool.stderr).toBe('');
      expect(promtool.status).toBe(0);
    }
  });

  it('has panels that do not lie on each other', () => {
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, i) => `${x + (i % w)},${y + Math.floor(i / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    for (const { gridPos, targets } of panels) {
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
      expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length);
    }
  });
});

describe('the metrics’ documentation', () => {
  it('names every one of them', () => {
    const docs = readFileSync('docs/drift.md', 'utf8');
    expect([...new Set(used(docs))].sort()).toEqual(Object.keys(metricNames).sort());
  });
});
