// ESLint rule: no word of a user is looked up in, or set on, a plain object, which has `constructor` and `__proto__`.
import ts from 'typescript';

/** `n${i}` is a name of ours. */
const isOurs = ({ type, quasis, expressions }) =>
  type === 'TemplateLiteral' && (quasis[0].value.cooked !== '' || expressions.length === 0);
const partsOf = (type) => (type.isUnion() ? type.types : [type]);

export default {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      read: 'read it with ownValue (src/common/own.ts), or keep it in a Map: every object has a "constructor"',
      write:
        'collect it in a Map, and make the object with Object.fromEntries: setting "__proto__" sets no property',
      in: 'ask with Object.hasOwn: every object has a "constructor"',
      assign: 'spread it: Object.assign sets the prototype where a key is "__proto__"',
      record:
        'use record (src/common/record-schema.ts): valibot leaves out the keys "constructor" and "__proto__"',
    },
  },
  create({ sourceCode, report }) {
    const { program, getTypeAtLocation } = sourceCode.parserServices;
    const isRecord = (node) => {
      const type = program.getTypeChecker().getNonNullableType(getTypeAtLocation(node));
      // Rows of the engine have the names that our queries give them.
      return partsOf(type).some(
        (one) => one.getStringIndexType() !== undefined && one.aliasSymbol?.name !== 'Row',
      );
    };
    const isText = (node) =>
      !isOurs(node) &&
      partsOf(getTypeAtLocation(node)).some(({ flags }) => (flags & ts.TypeFlags.String) !== 0);
    return {
      MemberExpression(node) {
        if (!node.computed || !isText(node.property) || !isRecord(node.object)) return;
        const { parent } = node;
        const isWrite = parent.type === 'AssignmentExpression' && parent.left === node;
        report({ node, messageId: isWrite ? 'write' : 'read' });
      },
      BinaryExpression(node) {
        if (node.operator === 'in' && isText(node.left)) report({ node, messageId: 'in' });
      },
      'CallExpression[callee.object.name="Object"][callee.property.name="assign"]'(node) {
        if (node.arguments.some((one) => one.type === 'SpreadElement' || isRecord(one)))
          report({ node, messageId: 'assign' });
      },
      'CallExpression[callee.object.name="v"][callee.property.name="record"]'(node) {
        report({ node, messageId: 'record' });
      },
    };
  },
};
