/** A workflow command: a line `::name key=value,…::message`. */
export interface Command {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly message: string;
}

export function parseCommand(line: string): Command | undefined {
  const match = /^\s*::([\w-]+)(?:\s+(.*?))?::(.*)$/s.exec(line);
  if (match === null) return undefined;
  const properties: Record<string, string> = {};
  for (const pair of (match[2] ?? '').split(',')) {
    const at = pair.indexOf('=');
    if (at > 0) properties[pair.slice(0, at).trim()] = unescapeProperty(pair.slice(at + 1));
  }
  return { name: match[1]!.toLowerCase(), properties, message: unescapeData(match[3]!) };
}

function unescapeData(text: string): string {
  return text.replace(/%0D/g, '\r').replace(/%0A/g, '\n').replace(/%25/g, '%');
}
function unescapeProperty(text: string): string {
  return unescapeData(text.replace(/%3A/g, ':').replace(/%2C/g, ','));
}

/** What a line of output means; a runner keeps one reader for each step. */
export interface CommandHandler {
  log(line: string): void;
  annotation(level: 'error' | 'warning' | 'notice', message: string, properties: Command['properties']): void;
  debug(message: string): void;
  mask(value: string): void;
  group(title: string | undefined): void;
}

/** Reads the output of a step line by line. */
export class CommandReader {
  #stopToken: string | undefined;
  #echo = false;

  private readonly handler: CommandHandler;

  constructor(handler: CommandHandler) {
    this.handler = handler;
  }

  line(text: string): void {
    const command = parseCommand(text);
    if (this.#stopToken !== undefined) {
      if (command?.name === this.#stopToken.toLowerCase()) this.#stopToken = undefined;
      else this.handler.log(text);
      return;
    }
    if (command === undefined || !this.#handle(command)) this.handler.log(text);
    else if (this.#echo && command.name !== 'add-mask') this.handler.log(text);
  }

  #handle({ name, properties, message }: Command): boolean {
    switch (name) {
      case 'error':
      case 'warning':
      case 'notice':
        this.handler.annotation(name, message, properties);
        return true;
      case 'debug':
        this.handler.debug(message);
        return true;
      case 'add-mask':
        this.handler.mask(message);
        return true;
      case 'group':
        this.handler.group(message);
        return true;
      case 'endgroup':
        this.handler.group(undefined);
        return true;
      case 'stop-commands':
        this.#stopToken = message;
        return true;
      case 'echo':
        this.#echo = message.trim().toLowerCase() === 'on';
        return true;
      case 'add-matcher':
      case 'remove-matcher':
        return true;
      case 'set-output':
      case 'save-state':
      case 'set-env':
      case 'add-path':
        this.handler.annotation(
          'warning',
          `::${name}:: does nothing any more: write to the file in ${fileOf[name]}`,
          {},
        );
        return true;
      default:
        return false;
    }
  }
}

const fileOf = {
  'set-output': 'GITHUB_OUTPUT',
  'save-state': 'GITHUB_STATE',
  'set-env': 'GITHUB_ENV',
  'add-path': 'GITHUB_PATH',
} as const;
