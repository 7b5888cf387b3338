import { type Answer, ApiError, type Call, ok } from './http.js';

/** One page of a listing, with the Link header that leads to the others. `page` counts from 1. */
export function paged(
  { query }: Call,
  items: readonly unknown[],
  options: { wrap?: (page: readonly unknown[]) => unknown; limit?: number; path: string },
): Answer {
  const size = Math.min(Math.max(Number(query.get('per_page') ?? 30) || 30, 1), 100);
  const page = Math.max(Number(query.get('page') ?? 1) || 1, 1);
  if (options.limit !== undefined && page * size > options.limit && (page - 1) * size >= options.limit) {
    throw new ApiError(422, `Only the first ${options.limit} results are available.`);
  }
  const last = Math.max(Math.ceil(items.length / size), 1);
  const link = (to: number, rel: string): string => {
    const parameters = new URLSearchParams(query);
    parameters.set('page', String(to));
    return `<${options.path}?${parameters.toString()}>; rel="${rel}"`;
  };
  const links = [
    ...(page > 1 ? [link(page - 1, 'prev'), link(1, 'first')] : []),
    ...(page < last ? [link(page + 1, 'next'), link(last, 'last')] : []),
  ];
  const slice = items.slice((page - 1) * size, page * size);
  return ok(options.wrap ? options.wrap(slice) : slice, links.length > 0 ? { link: links.join(', ') } : {});
}
