/** Who must not be recognised in a text. */
export interface Person {
  /** Absolute path of the home folder. */
  readonly home: string;
  readonly user: string;
}

/** User names that are words of ours or of everybody: masking them would hide what the text says. */
const plainNames = new Set(['claude', 'tokenhouse', 'root', 'user', 'admin', 'node', 'home', 'data']);

const nobody = '***';

/**
 * The text with `~` for the home folder, also as Claude Code writes it into the names of its folders
 * (`-home-jane-work` for `/home/jane/work`), and without the names of this and of other people's home folders.
 */
export function maskPerson(text: string, { home, user }: Person): string {
  let masked = text;
  if (home.length > 1) {
    // In JSON a backslash is two.
    for (const form of new Set([home, home.replaceAll('\\', '\\\\'), home.replaceAll('\\', '/')])) {
      masked = replaceWhole(masked, form, '~');
    }
    masked = replaceWhole(masked, home.replaceAll(/[^a-z\d]/gi, '-'), '-~');
  }
  masked = masked
    .replaceAll(/(\/(?:home|Users)\/)[^/\\\s"':,;)]+/g, `$1${nobody}`)
    .replaceAll(/(\b[a-z]:[\\/]+Users[\\/]+)[^\\/"<>|:*?\r\n]+(?=[\\/"])/gi, `$1${nobody}`)
    .replaceAll(/(?<![a-z\d])((?:[a-z]-)?-(?:home|Users)-)[a-z\d_]+/gi, `$1${nobody}`);
  return user.length < 3 || plainNames.has(user.toLowerCase()) ? masked : replaceWhole(masked, user, nobody);
}

/** Not within a longer name: `/home/jan` is no part of `/home/jane`. */
function replaceWhole(text: string, wanted: string, by: string): string {
  const literal = wanted.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return text.replaceAll(new RegExp(`(?<![\\p{L}\\d_])${literal}(?![\\p{L}\\d_])`, 'giu'), by);
}
