import { formatInteger, formatNumber, formatPercent, plural } from '../../common/text.js';
import type { Finding, LeakageReport, OutliersOf, ValidatedSet } from '../../formats/validation.js';
import type { Section, Text } from '../../report/model.js';

/** Findings as a table, in their order: the worst first. */
export function findingsSection(title: string, findings: readonly Finding[]): Section {
  return {
    title,
    blocks: [
      {
        kind: 'table',
        columns: [
          { title: 'Severity' },
          { title: 'Finding' },
          { title: 'First places' },
          { title: 'What to do' },
        ],
        rows: findings.map((f): Text[] => [
          f.severity === 'error' ? [{ bold: 'error' }] : 'warning',
          [{ code: f.rule }, ' ', f.message],
          places(f),
          f.remedy,
        ]),
      },
    ],
  };
}

type Place = Omit<Finding['examples'][number], 'twin'>;

/** The result has all examples, and all of a value. */
const shownPlaces = 3;
const shownCharacters = 60;

function places({ examples }: Finding): Text {
  return examples
    .slice(0, shownPlaces)
    .flatMap(({ twin, ...place }, i) => [
      i === 0 ? '' : '; ',
      ...placeText(place),
      ...(twin === undefined ? [] : [' ↔ ', ...placeText(twin)]),
    ]);
}

function placeText({ file, line, row, value }: Place): Exclude<Text, string> {
  const at = line !== undefined ? `${file}:${line}` : row !== undefined ? `${file}, row ${row}` : file;
  const shown =
    value === undefined || value.length <= shownCharacters ? value : `${value.slice(0, shownCharacters)}…`;
  return [{ code: at }, ...(shown === undefined ? [] : [' ', { code: shown }])];
}

const outcomes: Readonly<Record<LeakageReport['checks'][number]['outcome'], string>> = {
  found: 'found',
  clean: 'nothing found',
  'cannot-tell': 'cannot tell',
  off: 'switched off',
  'not-applicable': 'not looked for',
};

/** What was looked for between the sets, so that nobody takes for clean what nobody looked at. */
export function leakageSection({ checks, features, label, bestAccuracy }: LeakageReport): Section {
  const having = (wanted: keyof typeof outcomes): number =>
    checks.filter(({ outcome }) => outcome === wanted).length;
  const found = having('found');
  const unsure = having('cannot-tell');
  const skipped = having('off') + having('not-applicable');
  return {
    title: `Checks of train against holdout (${found} found something, ${having('clean')} nothing, ${unsure === 0 ? '' : `${unsure} cannot tell, `}${skipped} not looked for)`,
    folded: true,
    blocks: [
      {
        kind: 'paragraph',
        text: [
          ...(label === undefined ? ['No column is known as the label.'] : ['Label: ', { code: label }, '.']),
          ...(features.length === 0
            ? []
            : [
                ` ${plural(features.length, 'column')} looked at as features: ${features.slice(0, 12).join(', ')}${features.length > 12 ? ', …' : ''}.`,
              ]),
          ...(bestAccuracy === undefined || bestAccuracy > 0.9995
            ? []
            : [
                ` Rows that look the same can get one answer only: no model can be right on more than ${formatPercent(bestAccuracy, 4)} of train.`,
              ]),
        ],
      },
      {
        kind: 'table',
        columns: [{ title: 'Check' }, { title: 'Outcome' }, { title: 'Why' }],
        rows: checks.map(({ check, outcome, reason }): Text[] => [
          [{ code: check }],
          outcome === 'found' ? [{ bold: outcomes[outcome] }] : outcomes[outcome],
          reason ?? '',
        ]),
      },
    ],
  };
}

const kinds: Readonly<Record<OutliersOf['kind'], string>> = {
  value: 'values far from the others',
  length: 'texts much longer or shorter',
  rare: 'categories that hardly any row has',
  distance: 'rows far from the others as a whole',
};

/** Outliers of all sets, also those within the budget. */
export function outliersSection(sets: readonly ValidatedSet[]): Section[] {
  const rows = sets.flatMap(({ name, outliers = [] }) => outliers.map((one) => ({ name, one })));
  if (rows.length === 0) return [];
  const section: Section = {
    title: `Outliers (${plural(rows.length, 'kind')})`,
    folded: true,
    blocks: [
      {
        kind: 'table',
        columns: [
          { title: 'Set' },
          { title: 'Columns' },
          { title: 'What' },
          { title: 'Outside of' },
          { title: 'Rows', align: 'right' },
          { title: 'Share', align: 'right' },
          { title: 'Budget', align: 'right' },
        ],
        rows: rows.map(({ name, one }): Text[] => [
          name,
          one.columns.flatMap((column, i) => [i === 0 ? '' : ', ', { code: column }]),
          kinds[one.kind],
          limits(one),
          `${one.estimated ? '≈ ' : ''}${formatInteger(one.count)}`,
          one.count > 0 && one.share > one.budget
            ? [{ bold: formatPercent(one.share) }]
            : formatPercent(one.share),
          formatPercent(one.budget),
        ]),
      },
    ],
  };
  return [section];
}

function limits({ kind, lower, upper }: OutliersOf): string {
  if (kind === 'rare') return `more than ${plural(upper ?? 0, 'row')}`;
  if (kind === 'distance') return `distance ${formatNumber(Math.sqrt(upper ?? 0), 3)}`;
  return `${lower === undefined ? '−∞' : formatNumber(lower)} … ${upper === undefined ? '∞' : formatNumber(upper)}`;
}
