import { execFile } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';
import { promisify } from 'node:util';

/** What a process and its descendants use at one moment. */
export interface ProcessUse {
  /** Seconds of CPU time of the processes that live, since each began. */
  readonly cpuSeconds: number;
  /** Resident bytes, shared pages counted in each process. */
  readonly memory: number;
}

interface Row {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly cpuSeconds: number;
  readonly memory: number;
}

/* USER_HZ and the page size are 100 and 4,096 on every Linux that the runner supports on x64 and arm64. */
const ticksPerSecond = 100;
const pageSize = 4096;

/**
 * Sums over the process group of `leader` and all their descendants, by /proc on Linux and by ps elsewhere.
 * Processes that end while this looks are passed over.
 */
export async function processUse(leader: number): Promise<ProcessUse> {
  return sumOf(leader, (await fromProc()) ?? (await fromPs()));
}

export function sumOf(leader: number, rows: readonly Row[]): ProcessUse {
  const members = new Set(
    rows.filter(({ pid, group }) => pid === leader || group === leader).map(({ pid }) => pid),
  );
  for (let grown = true; grown;) {
    grown = false;
    for (const { pid, parent } of rows) {
      if (members.has(parent) && !members.has(pid)) grown = members.add(pid) !== undefined;
    }
  }
  const own = rows.filter(({ pid }) => members.has(pid));
  return {
    cpuSeconds: own.reduce((sum, row) => sum + row.cpuSeconds, 0),
    memory: own.reduce((sum, row) => sum + row.memory, 0),
  };
}

async function fromProc(): Promise<Row[] | undefined> {
  const entries = await readdir('/proc').catch(() => undefined);
  const pids = entries?.filter((name) => /^\d+$/.test(name)) ?? [];
  if (pids.length === 0) return undefined;
  const rows = await Promise.all(
    pids.map(async (pid) => parseStat(await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''))),
  );
  return rows.filter((row) => row !== undefined);
}

/** A line of /proc/<pid>/stat (proc(5)): the command in parentheses may hold anything, parentheses too. */
export function parseStat(line: string): Row | undefined {
  const end = line.lastIndexOf(')');
  if (end === -1) return undefined;
  const fields = line
    .slice(end + 2)
    .split(' ')
    .map(Number);
  const [parent, group] = [fields[1]!, fields[2]!];
  // utime, stime, and those of children that ended and were waited for.
  const ticks = fields[11]! + fields[12]! + fields[13]! + fields[14]!;
  return {
    pid: Number.parseInt(line, 10),
    parent,
    group,
    cpuSeconds: ticks / ticksPerSecond,
    memory: fields[21]! * pageSize,
  };
}

async function fromPs(): Promise<Row[]> {
  const { stdout } = await promisify(execFile)('ps', ['-axo', 'pid=,ppid=,pgid=,rss=,time=']).catch(() => ({
    stdout: '',
  }));
  return parsePs(stdout);
}

export function parsePs(output: string): Row[] {
  return output
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields.length === 5)
    .map(([pid, parent, group, kilobytes, time]) => ({
      pid: Number(pid),
      parent: Number(parent),
      group: Number(group),
      memory: Number(kilobytes) * 1024,
      cpuSeconds: secondsOf(time!),
    }));
}

/** `[[dd-]hh:]mm:ss[.ss]` */
function secondsOf(time: string): number {
  const [days, rest] = time.includes('-') ? (time.split('-') as [string, string]) : ['0', time];
  return rest.split(':').reduce((sum, part) => sum * 60 + Number(part), 0) + Number(days) * 86_400;
}
