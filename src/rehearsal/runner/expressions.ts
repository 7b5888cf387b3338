import { Evaluator, Lexer, Parser, data } from '@actions/expressions';
import type { FunctionDefinition } from '@actions/expressions/funcs/info';
import { type Token as LexerToken, TokenType } from '@actions/expressions/lexer';
import {
  isBasicExpression,
  isBoolean,
  isMapping,
  isNumber,
  isSequence,
  isString,
} from '@actions/workflow-parser';
import { ensureStatusFunction } from '@actions/workflow-parser/model/converter/if-condition';
import type { TemplateToken } from '@actions/workflow-parser/templates/tokens/template-token';
import { type Place, UserError, messageOf } from '../../common/errors.js';
import { type Mapping, type Value, fromData, isMappingValue, isTruthy, toData, toText } from './values.js';

export type Token = TemplateToken;

/** How the work before went, as the status functions tell it. */
export type Status = 'success' | 'failure' | 'cancelled' | 'skipped';

/** What an expression can see. */
export interface Scope {
  /** The file that the expression stands in, for errors. */
  readonly file: string;
  readonly contexts: Readonly<Record<string, Value | undefined>>;
  /** Answers `success()`, `failure()`, `cancelled()`. */
  readonly status?: Status;
  /** Digest of the files below the workspace that match; answers the empty text when none does. */
  hashFiles?(patterns: readonly string[]): string;
}

export const contextNames = [
  ...['github', 'env', 'vars', 'secrets', 'inputs', 'needs', 'matrix'],
  ...['strategy', 'steps', 'job', 'jobs', 'runner'],
];

export function placeOf(token: Token | undefined, file: string): Place {
  if (token?.line === undefined) return { file };
  return { file, line: token.line, ...(token.col !== undefined && { column: token.col }) };
}

/**
 * The value of a part of a workflow, with every expression in it evaluated.
 * @throws UserError at the line of an expression that cannot be evaluated
 */
export function evaluate(token: Token | undefined, scope: Scope): Value {
  if (token === undefined) return null;
  if (isBasicExpression(token)) return evaluateExpression(token.expression, scope, token);
  if (isSequence(token)) return Array.from(token, (item) => evaluate(item, scope));
  if (isMapping(token)) {
    let result: Mapping = {};
    for (const { key, value } of token) {
      const inner = evaluate(value, scope);
      // `${{ insert }}: mapping` puts the mapping's entries in place.
      if (key.toString().includes('insert') && key.isExpression && isMappingValue(inner)) {
        result = { ...result, ...inner };
      } else result = { ...result, [toText(evaluate(key, scope))]: inner };
    }
    return result;
  }
  if (isString(token) || isNumber(token) || isBoolean(token)) return token.value;
  return null;
}

export function evaluateText(token: Token | undefined, scope: Scope): string {
  return toText(evaluate(token, scope));
}

/** A mapping of texts, such as `env:` or `with:`. */
export function evaluateTexts(token: Token | undefined, scope: Scope): Record<string, string> {
  const value = evaluate(token, scope);
  if (!isMappingValue(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, toText(inner)]));
}

/** An `if:`; without a status function it means `success() && (…)`. */
export function evaluateCondition(token: Token | undefined, scope: Scope): boolean {
  const text =
    token === undefined ? '' : isBasicExpression(token) ? token.expression : literalText(token).trim();
  return isTruthy(evaluateExpression(withStatus(text), scope, token));
}

function withStatus(condition: string): string {
  if (condition === '') return 'success()';
  return ensureStatusFunction(condition, {
    allowedContext: [
      ...contextNames,
      'always(0,0)',
      'success(0,0)',
      'failure(0,0)',
      'cancelled(0,0)',
      'hashFiles(1,255)',
    ],
  } as unknown as Parameters<typeof ensureStatusFunction>[1]);
}

/** Evaluates the text between `${{` and `}}`. */
export function evaluateExpression(expression: string, scope: Scope, token?: Token): Value {
  try {
    const functions = functionsOf(scope);
    const tree = new Parser(lex(expression), contextNames, functions).parse();
    const contexts = new data.Dictionary(
      ...contextNames.map((name) => ({ key: name, value: toData(scope.contexts[name]) })),
    );
    const named = new Map(functions.map((f) => [f.name.toLowerCase(), f]));
    return fromData(new Evaluator(tree, contexts, named).evaluate());
  } catch (error) {
    throw new UserError(
      {
        message: `\${{ ${expression} }} cannot be evaluated: ${messageOf(error)}`,
        where: placeOf(token, scope.file),
      },
      { cause: error },
    );
  }
}

/** The lexer turns only the first `''` of a text into one quote; scripts with several would run with doubled ones. */
function lex(expression: string): LexerToken[] {
  return new Lexer(expression).lex().tokens.map((token) => {
    if (token.type !== TokenType.STRING) return token;
    return { ...token, value: token.lexeme.slice(1, -1).replaceAll("''", "'") };
  });
}

function functionsOf({ status = 'success', hashFiles }: Scope): FunctionDefinition[] {
  const answer = (name: string, value: boolean): FunctionDefinition => ({
    name,
    minArgs: 0,
    maxArgs: 0,
    call: () => new data.BooleanData(value),
  });
  return [
    answer('always', true),
    answer('success', status === 'success'),
    answer('failure', status === 'failure'),
    answer('cancelled', status === 'cancelled'),
    {
      name: 'hashFiles',
      minArgs: 1,
      maxArgs: 255,
      call: (...patterns) => new data.StringData(hashFiles?.(patterns.map((p) => p.coerceString())) ?? ''),
    },
  ];
}

/** The text of a scalar as it is written; an expression keeps its marks. */
export function literalText(token: Token): string {
  if (isString(token)) return token.value;
  return token.toString();
}

/** A part of a workflow as plain data, expressions left as they are written. */
export function literal(token: Token | undefined): Value {
  if (token === undefined) return null;
  if (isBasicExpression(token)) return token.toString();
  if (isSequence(token)) return Array.from(token, literal);
  if (isMapping(token)) {
    return Object.fromEntries(Array.from(token, ({ key, value }) => [literalText(key), literal(value)]));
  }
  if (isString(token) || isNumber(token) || isBoolean(token)) return token.value;
  return null;
}

/** The value of a key of a mapping. */
export function child(token: Token | undefined, key: string): Token | undefined {
  return token !== undefined && isMapping(token) ? token.find(key) : undefined;
}
