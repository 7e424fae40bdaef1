/**
 * Lines that are parts of one text rather than events of their own: what Go prints when a program panics, and indented lines. A
 * JSON line never is. Blank lines are in the middle of a panic; Filebeat ships none that stands alone.
 */
const PARTS_OF_A_TEXT = [
  "",
  String.raw`[ \t]+[^ \t{].*`,
  String.raw`(\d{4}/\d\d/\d\d \d\d:\d\d:\d\d )?http: panic serving .*`,
  String.raw`(panic|fatal error|runtime|Caused by): .*`,
  String.raw`\[signal .*`,
  String.raw`goroutine \d+.* \[.*\]:`,
  String.raw`created by .*`,
  String.raw`exit status \d+`,
  String.raw`Traceback \(most recent call last\):`,
  // A function of a stack, such as `main.(*Server).handle(0xc000012345, {0x1, 0x2})`.
  String.raw`[\w./%~-]+\.[\w.()*\[\]·/-]+\(.*\)`,
  // A register.
  String.raw`[a-z]\w{1,5} +0x[0-9a-f]+`,
];

/**
 * Filebeat's parser that makes one event of consecutive lines that are parts of a text. The line after the last of them ends it, or
 * a second without another. Every other line passes at once: a parser that asks what the next line is would delay each.
 *
 * Not joined: a first line in free form with the indented lines below it. Not told apart: two panics without any other line in
 * between. What is beyond the longest line is cut off, as of a line.
 */
export function joinedText(maxBytes: number): object {
  return {
    multiline: {
      type: "while_pattern",
      pattern: `^(${PARTS_OF_A_TEXT.join("|")})$`,
      negate: false,
      // The bound is the size: lines beyond a number of lines would be dropped without a word.
      max_lines: 1_000_000,
      max_bytes: maxBytes,
      timeout: "1s",
    },
  };
}
