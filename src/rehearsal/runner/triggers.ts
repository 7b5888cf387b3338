import type { Workflow } from './workflow.js';
import { matchesFilter } from './glob.js';
import { type Value, toText } from './values.js';

/** What happened in the repository. */
export interface TriggerEvent {
  /** `push`, `pull_request`, … */
  readonly name: string;
  /** `opened`, `synchronize`, …: what `types:` filters by. */
  readonly action?: string;
  /** `refs/heads/main`, `refs/tags/v1`. */
  readonly ref: string;
  /** The branch that a pull request goes to. */
  readonly baseRef?: string;
  /** Files that the push or the pull request changed, where they are known. */
  readonly changedFiles?: readonly string[];
  /** Of workflow_run: the name of the workflow that ran, and its branch. */
  readonly workflowRun?: { readonly name: string; readonly branch: string };
}

const defaultTypes: Readonly<Record<string, readonly string[]>> = {
  pull_request: ['opened', 'synchronize', 'reopened'],
  pull_request_target: ['opened', 'synchronize', 'reopened'],
};

/** Whether an event starts a workflow, by its name and its filters. */
export function isTriggered(workflow: Workflow, event: TriggerEvent): boolean {
  const filters = workflow.on[event.name];
  if (filters === undefined) return false;
  const list = (key: string): readonly string[] | undefined => {
    const value: Value | undefined = Array.isArray(filters)
      ? undefined
      : (filters as Record<string, Value>)[key];
    if (value === undefined || value === null) return undefined;
    return (Array.isArray(value) ? value : [value]).map((item: Value) => toText(item));
  };
  const types = list('types') ?? defaultTypes[event.name];
  if (types !== undefined && event.action !== undefined && !types.includes(event.action)) return false;
  if (event.workflowRun !== undefined && !list('workflows')?.includes(event.workflowRun.name)) return false;
  return matchesRef(event, list) && matchesPaths(event.changedFiles, list);
}

type List = (key: string) => readonly string[] | undefined;

function matchesRef(event: TriggerEvent, list: List): boolean {
  if (event.workflowRun !== undefined) return passes(event.workflowRun.branch, list, 'branches');
  if (event.baseRef !== undefined) return passes(event.baseRef, list, 'branches');
  if (event.name !== 'push') return true;
  const tag = event.ref.startsWith('refs/tags/');
  const [own, other] = tag ? ['tags', 'branches'] : ['branches', 'tags'];
  // A filter on branches alone means that tags do not count, and the other way round.
  const hasOwn = list(own) !== undefined || list(`${own}-ignore`) !== undefined;
  const hasOther = list(other) !== undefined || list(`${other}-ignore`) !== undefined;
  if (!hasOwn && hasOther) return false;
  return passes(event.ref.replace(/^refs\/(heads|tags)\//, ''), list, own);
}

function passes(name: string, list: List, key: string): boolean {
  const wanted = list(key);
  const ignored = list(`${key}-ignore`);
  return (
    (wanted === undefined || matchesFilter(name, wanted)) &&
    (ignored === undefined || !matchesFilter(name, ignored))
  );
}

function matchesPaths(files: readonly string[] | undefined, list: List): boolean {
  if (files === undefined || files.length === 0) return true;
  const wanted = list('paths');
  const ignored = list('paths-ignore');
  if (wanted !== undefined && !files.some((file) => matchesFilter(file, wanted))) return false;
  return ignored === undefined || files.some((file) => !matchesFilter(file, ignored));
}
