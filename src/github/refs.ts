import type { Client } from './client.js';
import { hasStatus, orAbsent } from './failure.js';
import type { Ref, Refs } from './types.js';

interface RawRef {
  readonly ref: string;
  readonly object: { readonly sha: string; readonly type: string };
}

export function refs({ octokit, at, once, again }: Client): Refs {
  const { git } = octokit.rest;

  const get = (ref: string): Promise<Ref | undefined> =>
    orAbsent(git.getRef({ ...at, ref: short(ref) }).then(({ data }) => toRef(data)));

  const isParent = async (parent: string, sha: string): Promise<boolean> => {
    const { data } = await git.getCommit({ ...at, commit_sha: sha });
    return data.parents.some((one) => one.sha === parent);
  };

  return {
    get,

    matching: async (prefix) => (await git.listMatchingRefs({ ...at, ref: short(prefix) })).data.map(toRef),

    create: (ref, sha) =>
      once({
        create: async () => {
          try {
            await git.createRef({ ...at, ref, sha });
            return true;
          } catch (error) {
            if (!hasStatus(error, 409, 422)) throw error;
            // The same status says that the name or the commit is wrong: only a ref that is there means "taken".
            if ((await get(ref)) === undefined) throw error;
            return false;
          }
        },
        find: async () => {
          const found = await get(ref);
          return found === undefined ? undefined : found.sha === sha;
        },
      }),

    fastForward: (ref, sha) =>
      once({
        create: async () => {
          try {
            await git.updateRef({ ...at, ref: short(ref), sha, force: false });
            return true;
          } catch (error) {
            if (!hasStatus(error, 409, 422)) throw error;
            const found = await get(ref);
            if (found === undefined || /does not exist|is not a valid sha/i.test(error.detail)) throw error;
            if (found.sha === sha) return true;
            // Where nobody moved it, GitHub refuses for another reason, such as a ruleset: trying again would not end.
            const refused = !/fast.?forward/i.test(error.detail) && (await isParent(found.sha, sha));
            if (refused) throw error;
            return false;
          }
        },
        // A moved ref that does not show our commit may still be where it was: try again and let GitHub compare.
        find: async () => ((await get(ref))?.sha === sha ? true : undefined),
      }),

    delete: async (ref) => {
      await again(async () => {
        try {
          await git.deleteRef({ ...at, ref: short(ref) });
        } catch (error) {
          // GitHub says 422 "Reference does not exist" of a ref that is gone.
          if (!hasStatus(error, 404, 422) || (await get(ref)) !== undefined) throw error;
        }
      });
    },
  };
}

/** The endpoints take a ref without `refs/`, except for creation. */
function short(ref: string): string {
  return ref.replace(/^refs\//, '');
}

function toRef({ ref, object }: RawRef): Ref {
  return { ref, sha: object.sha, type: object.type as Ref['type'] };
}
