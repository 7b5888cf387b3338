export { start } from './start.js';

/** The command `mlops`, loaded only when it is what was started. */
export async function startCommand(): Promise<void> {
  const { main } = await import('../cli/main.js');
  await main(process.argv.slice(2));
}
