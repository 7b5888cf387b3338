import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { marked } from 'marked';
import type { HubRepository, HubState } from '../../rehearsal/types.js';
import { style } from '../../report/style.js';
import { escapeHtml } from '../../report/text.js';

/* What the REST API shows, as far as the page needs it. */
interface Shown {
  readonly id: number;
  readonly number: number;
  readonly name: string;
  readonly title: string;
  readonly body: string | null;
  readonly state: string;
  readonly merged: boolean;
  readonly user: { readonly login: string };
  readonly tag_name: string;
  readonly ref: string;
  readonly environment: string;
  readonly issue_url: string;
  readonly conclusion: string | null;
  readonly event: string;
  readonly assets: readonly { readonly name: string; readonly size: number }[];
  readonly statuses: readonly { readonly state: string; readonly description: string | null }[];
}

/** Files of one artifact that people read. */
interface Shelf {
  readonly run: number;
  readonly artifact: string;
  readonly reports: readonly string[];
}

/**
 * Writes `index.html`: what people would see on GitHub, on one page; and beside it, in `reports/`,
 * the HTML reports that the runs kept as artifacts.
 */
export async function exportPages(repository: HubRepository, state: HubState, folder: string): Promise<void> {
  const shelves = await extractReports(repository, state.runs as readonly Shown[], folder);
  await writeFile(join(folder, 'index.html'), page(repository, state, shelves));
}

async function extractReports(
  repository: HubRepository,
  runs: readonly Shown[],
  folder: string,
): Promise<Shelf[]> {
  const shelves: Shelf[] = [];
  for (const { id: run } of runs) {
    for (const { name: artifact } of await repository.runs.artifacts(run)) {
      const target = join(folder, 'reports', String(run), artifact);
      await mkdir(target, { recursive: true });
      await repository.runs.extractArtifact(run, artifact, target);
      const files = await readdir(target, { recursive: true });
      const reports = files
        .filter((file) => file.endsWith('report.html'))
        .map((file) => `reports/${run}/${artifact}/${file}`);
      shelves.push({ run, artifact, reports: reports.sort() });
    }
  }
  return shelves;
}

function page(repository: HubRepository, state: HubState, shelves: readonly Shelf[]): string {
  const list = (key: keyof HubState): readonly Shown[] => state[key] as readonly Shown[];
  const comments = list('comments');
  const thread = (item: Shown): string =>
    comments
      .filter((comment) => comment.issue_url.endsWith(`/${item.number}`))
      .map((comment) => card(`${comment.user.login} commented`, markdown(comment.body)))
      .join('');
  const newest = (items: readonly Shown[]): readonly Shown[] => [...items].sort((a, b) => b.id - a.id);
  const pulls = newest(list('pulls')).map(
    (pull) =>
      `<h3>#${pull.number} ${escapeHtml(pull.title)} <small>${pull.merged ? 'merged' : escapeHtml(pull.state)}</small></h3>${thread(pull)}`,
  );
  const releases = newest(list('releases')).map((release) =>
    card(
      `<b>${escapeHtml(release.tag_name)}</b> · ${release.assets.length} files: ${release.assets.map((asset) => `<code>${escapeHtml(asset.name)}</code>`).join(' ')}`,
      `<details><summary>Model card</summary>${markdown(release.body)}</details>`,
    ),
  );
  const deployments = newest(list('deployments')).map(
    (item) =>
      `<tr><td>${escapeHtml(item.environment)}</td><td><code>${escapeHtml(item.ref)}</code></td><td>${item.statuses
        .map((status) => `<b>${escapeHtml(status.state)}</b> ${escapeHtml(status.description ?? '')}`)
        .join('<br>')}</td></tr>`,
  );
  const issues = newest(list('issues')).map(
    (issue) =>
      `<h3>#${issue.number} ${escapeHtml(issue.title)} <small>${escapeHtml(issue.state)}</small></h3>${card(`${issue.user.login} wrote`, markdown(issue.body))}${thread(issue)}`,
  );
  const runs = newest(list('runs')).map((run) => {
    const links = shelves
      .filter((shelf) => shelf.run === run.id)
      .flatMap(({ reports }) => reports)
      .map(
        (report) => `<a href="${escapeHtml(encodeURI(report))}">${escapeHtml(report.split('/').at(-2)!)}</a>`,
      );
    return `<tr><td>${escapeHtml(run.name)}</td><td>${escapeHtml(run.event)}</td><td>${escapeHtml(run.conclusion ?? '')}</td><td>${links.join(' · ')}</td><td><a href="logs/${run.id}/">logs</a></td></tr>`;
  });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(`${repository.owner}/${repository.name}`)}</title>
<style>${style}
.card{border:1px solid var(--line);border-radius:6px;margin:10px 0;padding:0 16px 10px}
.card>.head{margin:0 -16px 10px;padding:8px 16px;background:var(--soft);border-bottom:1px solid var(--line);font-size:14px}
h3{margin:22px 0 4px;font-size:16px}small{color:var(--muted);font-weight:400}
</style>
</head>
<body>
<main>
<h1>${escapeHtml(`${repository.owner}/${repository.name}`)}</h1>
<p class="note">What people would see on GitHub after this rehearsal; the newest first.</p>
<h2>Deployments</h2>
<div class="table"><table><thead><tr><th>Environment</th><th>Version</th><th>Statuses, newest first</th></tr></thead><tbody>${deployments.join('')}</tbody></table></div>
<h2>Releases</h2>
${releases.join('')}
<h2>Issues</h2>
${issues.join('')}
<h2>Pull requests</h2>
${pulls.join('')}
<h2>Runs and their reports</h2>
<div class="table"><table><thead><tr><th>Workflow</th><th>Event</th><th>Conclusion</th><th>Reports</th><th></th></tr></thead><tbody>${runs.join('')}</tbody></table></div>
</main>
</body>
</html>
`;
}

function card(head: string, body: string): string {
  return `<div class="card"><div class="head">${head}</div>${body}</div>`;
}

/** As GitHub would show it, less the charts that it draws from Mermaid; our own text, already escaped for Markdown. */
function markdown(text: string | null): string {
  const shown = (text ?? '')
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/```mermaid[\s\S]*?```/g, '*(a chart, drawn by GitHub)*');
  return marked.parse(shown, { async: false, gfm: true });
}
