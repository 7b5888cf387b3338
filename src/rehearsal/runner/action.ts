import { NoOperationTraceWriter } from '@actions/workflow-parser';
import { parseAction } from '@actions/workflow-parser/actions/index';
import { UserError } from '../../common/errors.js';
import { type Token, child, literal, literalText } from './expressions.js';
import { toText } from './values.js';
import { type Step, entriesOf, failOnTemplateErrors, readSteps } from './workflow.js';

/** What action.yml says. */
export interface ActionFile {
  readonly file: string;
  readonly name: string;
  readonly inputs: readonly ActionInput[];
  readonly runs: NodeRuns | CompositeRuns | { readonly using: 'other'; readonly named: string };
}
export interface ActionInput {
  readonly name: string;
  readonly default?: Token;
  readonly deprecation?: string;
}
export interface NodeRuns {
  readonly using: 'node';
  readonly main: string;
  readonly pre?: string;
  readonly preIf?: Token;
  readonly post?: string;
  readonly postIf?: Token;
}
export interface CompositeRuns {
  readonly using: 'composite';
  readonly steps: readonly Step[];
  readonly outputs: readonly { readonly name: string; readonly value?: Token }[];
}

/**
 * Reads an action.yml with GitHub's own parser.
 * @throws UserError with every problem that the parser finds, at its line
 */
export function readAction(file: string, content: string): ActionFile {
  const { context, value } = parseAction({ name: file, content }, new NoOperationTraceWriter());
  failOnTemplateErrors(context, file);
  if (value === undefined) throw new UserError({ message: 'is empty', where: { file } });
  return {
    file,
    name: toText(literal(child(value, 'name'))),
    inputs: entriesOf(child(value, 'inputs')).map(([name, input]) => {
      const deprecation = child(input, 'deprecationMessage');
      return {
        name: literalText(name),
        default: child(input, 'default'),
        deprecation: deprecation && literalText(deprecation),
      };
    }),
    runs: readRuns(value, file),
  };
}

function readRuns(action: Token, file: string): ActionFile['runs'] {
  const runs = child(action, 'runs');
  const text = (key: string): string | undefined => {
    const token = child(runs, key);
    return token && literalText(token);
  };
  const using = text('using') ?? '';
  if (using === 'composite') {
    return {
      using: 'composite',
      steps: readSteps(child(runs, 'steps'), file),
      outputs: entriesOf(child(action, 'outputs')).map(([name, output]) => ({
        name: literalText(name),
        value: child(output, 'value'),
      })),
    };
  }
  if (using !== 'node20' && using !== 'node24') return { using: 'other', named: using };
  return {
    using: 'node',
    main: text('main') ?? '',
    pre: text('pre'),
    preIf: child(runs, 'pre-if'),
    post: text('post'),
    postIf: child(runs, 'post-if'),
  };
}
