import { nearest } from '../../common/text.js';

/**
 * Formats of texts as expressions (RE2, of the whole text). They tell a slip from a value; whether an address exists,
 * no expression can say.
 */
export const textFormats: Readonly<Record<string, string>> = {
  email: '^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$',
  uuid: '^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$',
  uri: '^[A-Za-z][A-Za-z0-9+.-]*:[^\\s]+$',
  ipv4: '^((25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])(\\.|$)){4}$',
  // Eight groups, or fewer around one "::"; the last two may be written as IPv4 (RFC 4291, 2.2).
  ipv6: '^(([0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}|([0-9A-Fa-f]{1,4}(:[0-9A-Fa-f]{1,4}){0,6})?::([0-9A-Fa-f]{1,4}(:[0-9A-Fa-f]{1,4}){0,6})?|(::([Ff]{4}:)?|([0-9A-Fa-f]{1,4}:){6})[0-9]{1,3}(\\.[0-9]{1,3}){3})$',
  hostname: '^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$',
  // Multiples of four characters, with padding (RFC 4648, 4).
  binary: '^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$',
  time: '^([01][0-9]|2[0-3]):[0-5][0-9](:([0-5][0-9]|60)(\\.[0-9]+)?)?(Z|[+-][0-9]{2}:?[0-9]{2})?$',
  duration:
    '^-?P([0-9]+([.,][0-9]+)?W|([0-9]+Y)?([0-9]+M)?([0-9]+D)?(T([0-9]+H)?([0-9]+M)?([0-9]+([.,][0-9]+)?S)?)?)$',
  yearmonth: '^-?[0-9]{4,}-(0[1-9]|1[0-2])$',
  geopoint: '^-?[0-9]+(\\.[0-9]+)?, ?-?[0-9]+(\\.[0-9]+)?$',
};

/** What a person can do about a format that is not among `known`. */
export function formatRemedy(format: string, known: readonly string[]): string {
  const near = nearest(format, known);
  return near === undefined ? `use one of ${known.join(', ')}, or a pattern` : `did you mean "${near}"?`;
}
