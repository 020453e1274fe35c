import type { BootInputs, ConfigFile } from '../facts/facts.ts';
import { place } from '../facts/origin.ts';
import { excerpt } from '../text/excerpt.ts';
import { remembered } from '../text/remembered.ts';
import { type BootCommand, commandOf } from './boot-command.ts';
import { type ShellCommand, shellCommands } from './shell-script.ts';
import type { Place } from './sysctl-lines.ts';
import { instanceOf, type Unit } from './unit-files.ts';
import { comesAfterSysctls, isSure, type StartedUnits, startedUnits } from './unit-starts.ts';

/** A command of a unit, or of a script that it runs. */
export interface UnitCommand {
  /** '' where nothing is seen to run the script. */
  readonly unit: string;
  /** Its line: of the unit, or of the script. */
  readonly at: Place;
  readonly command: BootCommand;
  /** As it stands there, for whoever looks for a name in it. */
  readonly text: string;
  /** Every boot runs it, as far as what comes before it does not fail. */
  readonly sure: boolean;
  /** By the service that sets the sysctls: after it, or without any order that is followed. */
  readonly when: 'after-sysctl' | 'some-time';
  /** ExecCondition=: a command that only asks. */
  readonly asks?: true;
}

/** What units run, and scripts that nobody runs because they are not executable. */
export interface UnitCommands {
  readonly commands: readonly UnitCommand[];
  readonly notExecutable: readonly ConfigFile[];
  /** Scripts of which a part was not read. */
  readonly unread: readonly string[];
  /** Scripts of the boot that nothing is seen to run. */
  readonly unowned: readonly ConfigFile[];
}

/** These are told of a script and do not run it. */
const LOOKS = /^(?:\S*\/)?(?:\[\[?|test|cat|chmod|chown|cp|echo|grep|install|ls|mv|printf|rm|stat|touch)$/;

/** How deep scripts that run scripts are followed. */
const DEEPEST = 4;

/** Goes through the commands of all units that were read, and of the scripts that these run. */
export function unitCommands(boot: BootInputs): UnitCommands {
  return commandsOf(startedUnits(boot));
}

const commandsOf = remembered((units: StartedUnits) => new Collector(units).all());

type Context = Pick<UnitCommand, 'unit' | 'sure' | 'when' | 'asks'> & { depth: number };

class Collector {
  readonly #found: StartedUnits;
  readonly #commands: UnitCommand[] = [];
  readonly #notExecutable = new Set<ConfigFile>();
  readonly #unread = new Set<string>();
  readonly #run = new Set<ConfigFile>();

  constructor(found: StartedUnits) {
    this.#found = found;
  }

  all(): UnitCommands {
    for (const unit of this.#found.units.values()) this.#unit(unit);
    const notExecutable = [...this.#notExecutable].filter((script) => !this.#run.has(script));
    const unowned = [...new Set(this.#found.scripts.values())].filter(
      (script) => !this.#run.has(script) && !this.#notExecutable.has(script),
    );
    for (const { path } of unowned) this.#script(path, true, { unit: '', sure: false, when: 'some-time', depth: 0 });
    return { commands: this.#commands, notExecutable, unread: [...this.#unread], unowned };
  }

  #unit(unit: Unit): void {
    const { started, scripts } = this.#found;
    const context = {
      unit: unit.name,
      sure: started.has(unit.name) && isSure(unit, scripts),
      when: comesAfterSysctls(unit) ? ('after-sysctl' as const) : ('some-time' as const),
      depth: 0,
    };
    for (const { key, value, at } of unit.settings) {
      if (!/^Exec(?:StartPre|Start|StartPost|Condition)$/.test(key)) continue;
      const text = expanded(value, unit);
      const asks = key === 'ExecCondition' ? { sure: false, asks: true as const } : {};
      for (const words of execCommands(text))
        this.#take({ words, line: at.line, certain: true }, text, at, { ...context, ...asks });
    }
  }

  #take(simple: ShellCommand, text: string, at: Place, context: Context): void {
    const command = commandOf(simple);
    const sure = context.sure && simple.certain;
    if (command.does === 'shell') {
      for (const one of command.commands)
        this.#take(one, [...one.words, '>', one.output].join(' '), at, { ...context, sure });
      return;
    }
    if (command.does === 'else' && command.looks) return;
    const { depth: _, ...own } = context;
    this.#commands.push({ ...own, at, command, text, sure });
    if (command.does === 'run') this.#script(command.file, command.directly, { ...context, sure });
    // A script may also be what something else is told to run.
    else if (command.does === 'else' && !LOOKS.test(simple.words[0] ?? ''))
      for (const word of simple.words.slice(1)) this.#script(word, false, { ...context, sure: false });
  }

  #script(path: string, directly: boolean, context: Context): void {
    const script = this.#found.scripts.get(path);
    if (!script || context.depth >= DEEPEST) return;
    if (directly && script.executable === false) {
      this.#notExecutable.add(script);
      return;
    }
    this.#run.add(script);
    if (script.kind === 'unreadable' || script.truncated) this.#unread.add(script.path);
    const inner = { ...context, depth: context.depth + 1 };
    for (const one of shellCommands(script.lines)) {
      this.#take(one, textOf(script, one), { file: script.path, line: one.line }, inner);
    }
    this.#directories(script, inner);
  }

  /** rhel-loadmodules runs what is executable in /etc/sysconfig/modules, and some of other systems do likewise. */
  #directories(script: ConfigFile, context: Context): void {
    const text = script.lines.map((line) => line.text).join('\n');
    for (const other of new Set(this.#found.scripts.values())) {
      const directory = other.path.slice(0, other.path.lastIndexOf('/') + 1);
      const named = text.includes(other.path);
      if (other === script || (!named && !text.includes(`${directory}*`))) continue;
      const known = /^\/etc\/(?:sysconfig\/modules\/|rc\.modules$)/.test(other.path);
      this.#script(other.path, true, { ...context, sure: context.sure && known });
    }
  }
}

function textOf({ lines }: ConfigFile, { line, words }: ShellCommand): string {
  return [lines.find(({ number }) => number === line)?.text, ...words].join(' ');
}

/** The commands of a line, which a semicolon of its own separates, as words. */
function execCommands(value: string): string[][] {
  const commands: string[][] = [[]];
  for (const [word] of value.matchAll(/(?:'[^']*'|"(?:\\.|[^"\\])*"|[^\s'"])+/g)) {
    if (word === ';') commands.push([]);
    else commands.at(-1)?.push(word);
  }
  return commands.map(execWords);
}

/** The words of a command without quotes, and without the characters before it that say how it is run. */
function execWords([first = '', ...rest]: string[]): string[] {
  const [, flags = '', program = ''] = /^([-@:+!|]*)(.*)$/s.exec(first) ?? [];
  const words = [...(program === '' ? [] : [program]), ...rest].map((word) =>
    word.replaceAll(
      /'([^']*)'|"((?:\\.|[^"\\])*)"/g,
      (_, single, double) => single ?? double.replaceAll(/\\(["\\])/g, '$1'),
    ),
  );
  // The second word is what the program is told to be called.
  if (flags.includes('@')) words.splice(1, 1);
  return words;
}

/** %i and %I of an instance; other specifiers stay as they are, and make the command one that is not simulated. */
export function expanded(value: string, { name }: Pick<Unit, 'name'>): string {
  const { instance } = instanceOf(name) ?? {};
  if (instance === undefined) return value;
  const unescaped = instance
    .replaceAll('-', '/')
    .replaceAll(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return value.replaceAll('%i', instance).replaceAll('%I', unescaped);
}

/** A script that names something and is not run, as a clause. */
export function notRun(
  { notExecutable, unowned }: UnitCommands,
  names: (text: string) => boolean,
): { idle?: string; maybe: string[] } {
  const at = (script: ConfigFile) => {
    const line = script.lines.find(({ text }) => names(text));
    return line && place({ file: script.path, line: line.number });
  };
  const [idle] = notExecutable.flatMap((script) => at(script) ?? []);
  return {
    ...(idle !== undefined && { idle: `${excerpt(idle, 128)}` }),
    maybe: unowned.flatMap((script) => at(script) ?? []),
  };
}
