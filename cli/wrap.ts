/** Text in lines of a width, so that a terminal breaks none of them. */

/** What a terminal shows beside another window; wider ones leave the rest empty. */
export const LINE_WIDTH = 80;

/**
 * Lines of at most `width`, each indented, broken at spaces; a longer word stands alone. A no-break
 * space (U+00A0) holds two words together and is written as a space.
 */
export function wrap(text: string, indent = '', width = LINE_WIDTH): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && indent.length + line.length + 1 + word.length > width) {
      lines.push(indent + line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  lines.push(indent + line);
  return lines.map((text) => text.replaceAll('\u00a0', ' '));
}
