import { Random } from '../../../src/engine/demo/random.ts';
import { TextPool } from './text-pool.ts';

/** Kinds of text that tool results, prompts and answers are made of. */
export interface Pools {
  /** A source file as the Read tool shows it: numbered lines. */
  readonly code: TextPool;
  /** Output of commands: paths, numbers, tables. */
  readonly terminal: TextPool;
  /** The same with colours, which JSON writes as `\u001b`. */
  readonly coloured: TextPool;
  readonly prose: TextPool;
  /** JSON inside of JSON: every quote is escaped. */
  readonly json: TextPool;
  /** Prose that is not ASCII. */
  readonly foreign: TextPool;
  /** What no compression makes small: images and signatures. */
  readonly base64: TextPool;
}

const realWords =
  `value error file path result index session token request response line count total config option parse write
  read insert table column query batch worker stream buffer chunk offset length hash test expect describe function return
  const import export async await string number boolean object array promise module class static public private update
  create delete select where group order limit start stop resume status report check build deploy server client socket
  handler event message content model usage cache input output user project branch version commit merge rebase the of and
  to in is for that with this from not are when must should after before only each every`.split(/\s+/);
const syllables =
  `ba co de fi gra ho in ju ka lo mer no ope pri qua re sta tu ver wi xen yo zet al ber cul dor ex fam`.split(
    ' ',
  );
const foreignWords =
  `größer Änderung prüfen für Straße déjà naïve coûté señal año ошибка файл строка запрос 日本語 ファイル 確認
  错误 文件 数据库 読み込み ✓ ✗ → … – 🚀 ⚠️ ├── └── │`.split(/\s+/);

/** Makes all pools; the same for the same seed. */
export function makePools(seed: number): Pools {
  const random = new Random(seed);
  const words = makeWords(random);
  const word = (): string => words[Math.floor(words.length * random.fraction() ** 3)] ?? 'x';
  const name = (): string => {
    const second = word();
    return random.chance(0.5) ? word() : word() + second.slice(0, 1).toUpperCase() + second.slice(1);
  };
  const path = (): string => `src/${word()}/${word()}-${word()}.${random.pick(['ts', 'py', 'rs', 'md'])}`;
  const digits = (most: number): string => String(random.between(0, most));
  const sentence = (): string => Array.from({ length: random.between(6, 22) }, word).join(' ');
  let line = 0;
  const indent = (): string => '  '.repeat(random.between(0, 4));

  const code = (): string => {
    line = random.chance(0.005) ? 1 : line + 1;
    const text = random.pick<() => string>([
      () => `${indent()}const ${name()} = await ${name()}(${name()}, ${digits(5000)});`,
      () => `${indent()}if (${name()}.${name()} === '${word()}') return ${name()};`,
      () => `import { ${name()}, ${name()} } from "./${path()}";`,
      () => `${indent()}// ${sentence()}`,
      () => `${indent()}}`,
      () => `${indent()}${name()}: ${name()}["${word()}"] ?? ${digits(100)},`,
      () => '',
    ])();
    return `${String(line).padStart(6)}→${text}\n`;
  };
  const terminal = (): string =>
    random.pick<() => string>([
      () => `${random.hex(8)} ${digits(999999).padStart(8)} ${path()}\n`,
      () => `[${digits(23)}:${digits(59)}:${digits(59)}.${digits(999)}] ${word()}: ${sentence()}\n`,
      () => `  ✓ ${word()} ${word()} ${word()} (${digits(900)} ms)\n`,
      () => `${path()}:${digits(400)}:${digits(80)}: ${word()} "${name()}" ${word()} ${word()}\n`,
    ])();
  const coloured = (): string =>
    `\u001b[${digits(9)}${digits(7)}m${word()}\u001b[0m ${path()} \u001b[2m${digits(900)}ms\u001b[22m\n`;
  const prose = (): string =>
    random.pick<() => string>([
      () => `${sentence()}. ${sentence()}.\n\n`,
      () => `- **${name()}**: ${sentence()}\n`,
      () => `\`${name()}\` ${sentence()}.\n`,
    ])();
  const json = (): string =>
    `{"id":"${random.hex(12)}","${word()}":"${name()}","${word()}":${digits(99999)},"${word()}":["${word()}","${word()}"]}\n`;
  const foreign = (): string =>
    `${Array.from({ length: 9 }, () => (random.chance(0.5) ? word() : random.pick(foreignWords as [string]))).join(' ')}\n`;

  // Code and output repeat themselves.
  const repeating = (make: () => string, chance: number): (() => string) => {
    const recent: [string, ...string[]] = [make()];
    return () => {
      if (random.chance(chance)) return random.pick(recent);
      const piece = make();
      recent[recent.length < 150 ? recent.length : random.between(0, 149)] = piece;
      return piece;
    };
  };

  const megabyte = 1 << 20;
  return {
    code: new TextPool(6 * megabyte, repeating(code, 0.5)),
    terminal: new TextPool(4 * megabyte, repeating(terminal, 0.5)),
    coloured: new TextPool(2 * megabyte, repeating(coloured, 0.4)),
    prose: new TextPool(3 * megabyte, repeating(prose, 0.25)),
    json: new TextPool(3 * megabyte, repeating(json, 0.5)),
    foreign: new TextPool(megabyte, foreign),
    base64: new TextPool(4 * megabyte, () => base64(random)),
  };
}

function makeWords(random: Random): string[] {
  const made = Array.from({ length: 2500 }, () =>
    Array.from({ length: random.between(2, 4) }, () => random.pick(syllables as [string])).join(''),
  );
  return [...realWords, ...made];
}

function base64(random: Random): string {
  const bytes = Buffer.alloc(48);
  for (let at = 0; at < 48; at += 4) bytes.writeUInt32LE(Math.floor(random.fraction() * 0x1_0000_0000), at);
  return bytes.toString('base64');
}
