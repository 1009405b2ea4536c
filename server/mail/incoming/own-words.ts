// SPDX-License-Identifier: AGPL-3.0-or-later
// What a person wrote in an answer by mail, without the mail that they answered. Where nothing of it is recognised, all
// stays: nothing that somebody wrote is lost.

/** What is known of the mail that was answered. */
export type Quoted = {
  /** The sentence above which an answer is to be written, in every language. */
  above: readonly string[]
  /** Addresses from which our mails come, or to which answers go, in lower case. */
  ours: readonly string[]
}

/** Lines over which a mail program may spread the sentence that names whom it quotes. */
const MOST_LINES_OF_A_NAME = 4
/** Lines of one quoted paragraph that stay above an answer to it. */
const MOST_CONTEXT = 6

export function ownWords(text: string, quoted: Quoted): string {
  const lines = text.replaceAll(/\r\n?/g, '\n').split('\n')
  const above = quoted.above.map(folded)
  const at = findSentence(lines, above)
  // Without marks before the lines, as Outlook writes them: all that follows is our mail.
  if (at >= 0 && !isQuoted(lines[at]!)) return joined(withoutHead(lines.slice(0, at)))
  const own = withoutSignature(lines)
  const first = own.findIndex(isQuoted)
  if (first >= 0) {
    const isBetween = own.some((line, n) => n > first && !isQuoted(line) && line.trim() !== '')
    return joined(isBetween ? answersBetween(own, above) : withoutHead(own.slice(0, first)))
  }
  return joined(withoutOurMail(lines, quoted.ours))
}

const isQuoted = (line: string): boolean => /^ ?>/.test(line)
/** Without the marks of a quotation. */
const bare = (line: string): string => line.replace(/^[ >]+/, '')
const joined = (lines: readonly string[]): string => lines.join('\n').trim()

/** Without accents, capitals and the width of spaces, which mail programs change. */
const folded = (text: string): string =>
  text
    .normalize('NFD')
    .replaceAll(/\p{M}+/gu, '')
    .toLowerCase()
    .replaceAll(/\s+/g, ' ')
    .trim()

/** The line on which the sentence begins, which may go on on the next one; -1 when there is none. */
function findSentence(lines: readonly string[], sentences: readonly string[]): number {
  let next = ''
  for (let at = lines.length - 1, found = -1; ; at--) {
    if (at < 0) return found
    const own = folded(bare(lines[at]!))
    const both = `${own} ${next}`.trim()
    // The first one in the mail: others may stand in what is quoted within it.
    if (sentences.some((one) => startsIn(both, one, own.length))) found = at
    next = own
  }
}

function startsIn(text: string, sentence: string, length: number): boolean {
  const at = text.indexOf(sentence)
  return at >= 0 && at < length
}

/** Below a quotation, mail programs put the signature that is the same in every mail. */
function withoutSignature(lines: readonly string[]): readonly string[] {
  const last = lines.findLastIndex(isQuoted)
  const signature = lines.findIndex((line, n) => n > last && /^-- ?$/.test(line))
  return last >= 0 && signature > last ? lines.slice(0, signature) : lines
}

/** Answers between or below quoted lines, each with the paragraph that it follows, but for our own foot. */
function answersBetween(lines: readonly string[], above: readonly string[]): string[] {
  const kept: string[] = []
  let isFoot = false
  let paragraph: string[] = []
  let isBegun = false
  for (const line of lines) {
    if (!isQuoted(line)) {
      if (line.trim() !== '' && paragraph.length > 0) {
        while (kept.at(-1)?.trim() === '') kept.pop()
        kept.push('', ...paragraph)
        paragraph = []
      }
      kept.push(line)
      continue
    }
    if (!isBegun) kept.splice(0, kept.length, ...withoutHead(kept))
    isBegun = true
    const words = bare(line)
    isFoot ||= /^-- ?$/.test(words)
    const isOurs = isFoot || findSentence([line], above) >= 0
    if (words.trim() === '' || isOurs) paragraph = []
    else if (paragraph.length < MOST_CONTEXT) paragraph.push(line)
    else paragraph = [...paragraph.slice(1), line]
  }
  return kept
}

const HEAD = /^[ >*]*(?:De|Envoy[ée]|[ÀA]|Cc|Objet|Date|From|Sent|To|Subject|Importance)\s?\*?\s?:/i
const SENDER = /^[ >*]*(?:De|From)\s?\*?\s?:/i
/** Which no list of dates and places has. */
const SUBJECT = /^[ >*]*(?:Envoy[ée]|Objet|Sent|Subject)\s?\*?\s?:/i
const RULE =
  /^\s*(?:[_=*-]{5,}|-{2,}\s?(?:Message d['’]origine|(?:Message|Mail) original|Original Message)\s?-{2,})\s*$/i
const NAMES = /^(?:Le|On)\s.*(?:a [ée]crit|wrote)\s?:?$/i

/** Without what a mail program writes above a quotation: « Le … a écrit : », or De, Envoyé, À, Objet. */
function withoutHead(lines: readonly string[]): readonly string[] {
  let end = lines.length
  for (;;) {
    while (end > 0 && bare(lines[end - 1]!).trim() === '') end--
    const next = headBefore(lines, end)
    if (next === end) return lines.slice(0, end)
    end = next
  }
}

/** Where the head that ends at `end` begins; `end` when there is none. */
function headBefore(lines: readonly string[], end: number): number {
  if (end > 0 && RULE.test(lines[end - 1]!)) return end - 1
  for (let from = end - 1; from >= Math.max(0, end - MOST_LINES_OF_A_NAME); from--)
    if (isName(lines.slice(from, end))) return from
  let from = end
  while (from > 0 && HEAD.test(lines[from - 1]!)) from--
  const head = lines.slice(from, end)
  return [SENDER, SUBJECT].every((one) => head.some((line) => one.test(line))) ? from : end
}

function isName(lines: readonly string[]): boolean {
  const text = lines.map((line) => bare(line).trim()).join(' ')
  // With the day or an address: « Le maire m’a écrit » is somebody's own sentence.
  return text.length < 600 && NAMES.test(text) && /[\d@]/.test(text)
}

/** Somebody deleted the sentence, and the program marks no quoted lines: only a head that names us is sure. */
function withoutOurMail(lines: readonly string[], ours: readonly string[]): readonly string[] {
  const isOurs = (from: number, count: number) => {
    const text = lines
      .slice(from, from + count)
      .join(' ')
      .toLowerCase()
    return ours.some((address) => text.includes(address))
  }
  const at = lines.findIndex((line, n) => {
    if (SENDER.test(line)) return isOurs(n, 4) && lines.slice(n + 1, n + 6).filter((one) => HEAD.test(one)).length >= 2
    if (!/^(?:Le|On)\s/i.test(line)) return false
    for (let count = 1; count <= MOST_LINES_OF_A_NAME; count++)
      if (isName(lines.slice(n, n + count))) return isOurs(n, count)
    return false
  })
  return at < 0 ? lines : withoutHead(lines.slice(0, at))
}
