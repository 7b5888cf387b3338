import type { Cache } from '../actions/dependencies.js';

/** The cache by the toolkit, which is large: it is loaded at the first use. */
export const toolkitCache: Cache = {
  async restore(paths, key, restoreKeys = []) {
    const cache = await import('@actions/cache');
    return cache.restoreCache([...paths], key, [...restoreKeys]);
  },
  async save(paths, key) {
    const cache = await import('@actions/cache');
    // saveCache swallows failures and answers -1.
    return (await cache.saveCache([...paths], key)) !== -1;
  },
};
