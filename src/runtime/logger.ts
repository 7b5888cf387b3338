import { debug, error, group, info, notice, warning } from '@actions/core';
import type { Place } from '../common/errors.js';
import type { Logger } from '../common/logger.js';

const annotation = (where: Place | undefined) =>
  where === undefined ? {} : { file: where.file, startLine: where.line, startColumn: where.column };

/** Speaks in workflow commands, so that warnings and errors show beside the lines they are about. */
export const workflowLogger: Logger = {
  debug,
  info,
  notice: (message, where) => notice(message, annotation(where)),
  warning: (message, where) => warning(message, annotation(where)),
  error: (message, where) => error(message, annotation(where)),
  group,
};
