import { formatPercent, plural } from '../../common/text.js';
import { quoteText } from '../../engine/sql.js';
import { firstRows } from '../data-set.js';
import { type OutlierContext, type Outliers, budgetOf, isTooMany, keptRows } from './context.js';

/** Below so many rows a category with few is no wonder. */
const fewestRows = 100;
/** A category has so many rows on average, or more; else the column names things one by one. */
const rowsEach = 20;
const rareShare = 1e-4;

/** Categories that hardly any row has: misspelt, or too few to learn from. */
export async function rareCategories(context: OutlierContext): Promise<Outliers[]> {
  const { engine, set, settings, profile: whole } = context;
  const found: Outliers[] = [];
  for (const { column, profile } of context.columns) {
    if (column.type !== 'string' || profile.values.kind !== 'exact') continue;
    const { counts } = profile.values;
    if (profile.count < fewestRows || counts.length * rowsEach > profile.count) continue;
    const limit = Math.max(1, Math.floor(profile.count * rareShare));
    const rare = counts.filter(([, n]) => n <= limit);
    const count = rare.reduce((sum, [, n]) => sum + n, 0);
    if (count === 0) continue;
    const share = count / whole.rows;
    const budget = budgetOf(settings, column.name);
    const one = { kind: 'rare' as const, columns: [column.name], upper: limit, count, share, budget };
    if (!isTooMany(count, whole.rows, budget)) {
      found.push({ found: one });
      continue;
    }
    const names = rare.map(([name]) => String(name));
    found.push({
      found: one,
      finding: {
        rule: 'rare-category',
        severity: settings.severity,
        column: column.name,
        message: `${column.name}: ${plural(rare.length, 'category', 'categories')} with ${plural(limit, 'row')} or fewer have ${plural(count, 'row')} together (${formatPercent(share)}); the budget is ${formatPercent(budget)}: ${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''}`,
        remedy: 'correct what is misspelt; join what is too rare to learn from into one category',
        count,
        share,
        examples: await firstRows(engine, set, [column], {
          condition: `v0 IN (${names.slice(0, 100).map(quoteText).join(', ')})`,
          shown: 'v0',
          limit: keptRows,
        }),
      },
    });
  }
  return found;
}
