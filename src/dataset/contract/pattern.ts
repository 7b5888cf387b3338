import { type Problem, messageOf } from '../../common/errors.js';

/** Why a pattern cannot be checked by the engine, whose expressions are RE2's; undefined when it can. */
export function patternProblem(pattern: string): Problem | undefined {
  if (/\(\?(=|!|<=|<!)|\\[1-9]|\\k</.test(pattern)) {
    return {
      message: `the pattern ${pattern} looks around or back`,
      remedy:
        'write it without (?=…), (?!…), (?<=…), (?<!…) and \\1: such patterns cannot be checked in one pass',
    };
  }
  try {
    new RegExp(pattern.replace(/^\(\?[imsU]+\)/, ''), 'u');
    return undefined;
  } catch (error) {
    return {
      message: `the pattern cannot be read: ${messageOf(error)}`,
      remedy: 'correct the regular expression',
    };
  }
}
