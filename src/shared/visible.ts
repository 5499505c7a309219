const c0Pictures = 0x2400;

/**
 * Control characters as their pictures, and characters that change the direction of text as their numbers: a file name
 * must not look like another, nor move what stands beside it.
 */
export function visible(text: string): string {
  return (
    text
      // oxlint-disable-next-line no-control-regex
      .replaceAll(/[\u0000-\u001f]/g, (found) => String.fromCodePoint(c0Pictures + found.charCodeAt(0)))
      .replaceAll(
        /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
        (found) => `\u27e8U+${found.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}\u27e9`,
      )
  );
}
