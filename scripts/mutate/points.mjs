// Where a source file can be changed so that it means something else, and how.
import ts from 'typescript';

const { SyntaxKind: K } = ts;
const operators = new Map([
  [K.LessThanToken, '<='],
  [K.LessThanEqualsToken, '<'],
  [K.GreaterThanToken, '>='],
  [K.GreaterThanEqualsToken, '>'],
  [K.EqualsEqualsEqualsToken, '!=='],
  [K.ExclamationEqualsEqualsToken, '==='],
  [K.AmpersandAmpersandToken, '||'],
  [K.BarBarToken, '&&'],
  [K.PlusToken, '-'],
  [K.MinusToken, '+'],
  [K.AsteriskToken, '/'],
  [K.SlashToken, '*'],
  [K.PlusEqualsToken, '-='],
  [K.MinusEqualsToken, '+='],
]);
const opposite = { min: 'max', max: 'min' };

/** A text is joined, and no number added: `-` would be no other program, but NaN. */
const joinsText = (node) =>
  [node.left, node.right].some((side) => ts.isStringLiteralLike(side) || ts.isTemplateExpression(side));

const isType = (node) =>
  ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node);

/** The changes of one node: from, to, the text instead, and what kind of change it is. */
function changesOf(node, source) {
  const text = (of) => of.getText(source);
  const whole = (put, operator) => ({ start: node.getStart(source), end: node.getEnd(), put, operator });
  const found = [];
  if (ts.isBinaryExpression(node)) {
    const { operatorToken: token } = node;
    const put = operators.get(token.kind);
    if (put !== undefined && !(token.kind === K.PlusToken && joinsText(node)))
      found.push({ start: token.getStart(source), end: token.getEnd(), put, operator: 'operator' });
  }
  if (ts.isNumericLiteral(node)) {
    const value = Number(node.text);
    if (Number.isInteger(value) && Math.abs(value) < 1e6)
      for (const by of [1, -1])
        // Before it there may be a minus, after it a dot.
        found.push(whole(value + by < 0 ? `(${value + by})` : String(value + by), 'constant'));
    else if (Number.isFinite(value)) found.push(whole(`(${node.text} * 1.5)`, 'constant'));
  }
  if (node.kind === K.TrueKeyword) found.push(whole('false', 'boolean'));
  if (node.kind === K.FalseKeyword) found.push(whole('true', 'boolean'));
  if (ts.isIfStatement(node) || ts.isConditionalExpression(node)) {
    const condition = ts.isIfStatement(node) ? node.expression : node.condition;
    const [start, end] = [condition.getStart(source), condition.getEnd()];
    found.push({ start, end, put: `!(${text(condition)})`, operator: 'condition' });
  }
  const expression = ts.isReturnStatement(node)
    ? node.expression
    : ts.isArrowFunction(node)
      ? node.body
      : undefined;
  if (expression !== undefined && !ts.isBlock(expression)) {
    const [start, end] = [expression.getStart(source), expression.getEnd()];
    const put = ts.isArrayLiteralExpression(expression) ? '[]' : 'undefined';
    if (text(expression) !== put) found.push({ start, end, put, operator: 'return' });
  }
  if (ts.isExpressionStatement(node)) {
    const inner = ts.isAwaitExpression(node.expression) ? node.expression.expression : node.expression;
    if (ts.isCallExpression(inner)) found.push(whole(';', 'call'));
  }
  if (ts.isPropertyAccessExpression(node) && text(node.expression) === 'Math' && opposite[node.name.text]) {
    const { name } = node;
    const [start, end] = [name.getStart(source), name.getEnd()];
    found.push({ start, end, put: opposite[name.text], operator: 'min and max' });
  }
  return found;
}

/** Every change of a file, in the order of its text. */
export function pointsOf(file, text) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2023, true);
  const points = [];
  const visit = (node) => {
    if (isType(node) || ts.isImportDeclaration(node)) return;
    for (const change of changesOf(node, source)) {
      const { line } = source.getLineAndCharacterOfPosition(change.start);
      points.push({ ...change, file, line: line + 1, from: text.slice(change.start, change.end) });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return points.map((point) => ({ ...point, text: text.split('\n')[point.line - 1].trim() }));
}

export const apply = (text, { start, end, put }) => text.slice(0, start) + put + text.slice(end);
