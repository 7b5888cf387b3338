// ESLint rule: no number and no text of a variable is pasted into SQL. The infinities and NaN would be names there.
import ts from 'typescript';

const { NumberLike, BigIntLike, NumberLiteral, BigIntLiteral } = ts.TypeFlags;

/** A number that the type does not tell: a constant of the program is known. */
const isVariable = (type) =>
  (type.isUnion() ? type.types : [type]).some(
    ({ flags }) =>
      (flags & (NumberLike | BigIntLike)) !== 0 && (flags & (NumberLiteral | BigIntLiteral)) === 0,
  );

/** A name of ours, such as v1 or counted12: a number at its end is an index. */
const endsInName = /[A-Za-z_]$/;
const sqlWords =
  /\b(SELECT|FROM|WHERE|JOIN|CASE|WHEN|THEN|ELSE|LIMIT|OFFSET|FILTER|VALUES|AS [a-z"]|(TRY_)?CAST|NULL|OVER|AND|OR|IN|BETWEEN)\b|::[A-Z]/;
const sqlFunctions =
  /\b(abs|avg|ceil|coalesce|count|epoch|floor|greatest|hash|isfinite|least|left|length|max|min|nullif|pow|round|sum)\(/;
const sqlOperators = /[<>]=?\s*$|\s[*/%]\s*$/;

const isSql = (text) => [sqlWords, sqlFunctions, sqlOperators].some((pattern) => pattern.test(text));

export default {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      number:
        'write this number with numberLiteral or integerLiteral, or pass it as a parameter (src/engine/sql.ts)',
      text: 'write this text with quoteText, or pass it as a parameter (src/engine/sql.ts)',
    },
  },
  create({ sourceCode, report }) {
    const typeOf = (node) => sourceCode.parserServices.getTypeAtLocation(node);
    /** `list.join(', ')` of numbers is a list of numbers. */
    const isNumber = (node) => {
      const { callee } = node;
      const isJoin = callee?.type === 'MemberExpression' && callee.property.name === 'join';
      const element = isJoin ? typeOf(callee.object).getNumberIndexType() : undefined;
      return isVariable(element ?? typeOf(node));
    };
    return {
      TemplateLiteral({ quasis, expressions }) {
        const texts = quasis.map(({ value }) => value.cooked ?? '');
        if (!texts.some(isSql)) return;
        expressions.forEach((expression, i) => {
          const [before, after] = texts.slice(i, i + 2);
          if (isNumber(expression) && !endsInName.test(before))
            report({ node: expression, messageId: 'number' });
          else if (before.endsWith("'") && after.startsWith("'"))
            report({ node: expression, messageId: 'text' });
        });
      },
    };
  },
};
