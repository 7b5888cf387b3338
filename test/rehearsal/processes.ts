import { existsSync, readFileSync, readdirSync } from 'node:fs';

/** Processes that were started with a folder in their command or their environment; none where there is no /proc. */
export function processesOf(folder: string): string[] {
  if (!existsSync('/proc/self/environ')) return [];
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return [];
    try {
      const [command, environment] = ['cmdline', 'environ'].map((file) =>
        readFileSync(`/proc/${pid}/${file}`, 'utf8'),
      );
      return `${command}${environment}`.includes(folder) ? [`${pid} ${command!.replaceAll('\0', ' ')}`] : [];
    } catch {
      return [];
    }
  });
}
