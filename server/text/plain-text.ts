// SPDX-License-Identifier: AGPL-3.0-or-later
// What others sent, as plain text: of HTML no markup is kept, and the result is escaped like any other text.
import { decodeHTML } from 'entities/decode'

/**
 * Control characters except line feed, marks that change the direction of text (bidi overrides, isolates), signs without
 * width, and characters for private use, which are boxes for everybody else. The joiners that emoji and some scripts are
 * written with stay.
 */
const INVISIBLE = /(?!\n)[\p{Cc}\p{Co}\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff]/gu
/** No script puts more marks on one character; a tower of them covers the lines above. */
const MANY_MARKS = /(\p{M}{8})\p{M}+/gu
const LINE_ENDS = /\r\n?|[\v\f\u0085\u2028\u2029]/g

/** Removes invisible characters; line ends become line feeds. */
export function cleanText(text: string): string {
  return text
    .toWellFormed()
    .replace(LINE_ENDS, '\n')
    .replace(/\t/g, ' ')
    .replace(INVISIBLE, '')
    .replace(MANY_MARKS, '$1')
    .trim()
}

/** As cleanText, on one line. */
export const cleanLine = (text: string): string => cleanText(text).replace(/(?<!\s)\s*\n\s*/g, ' ')

const named = (names: string) => new Set(names.split(' '))

/** Elements whose content is not for reading. */
const SILENT = named('script style head title template noscript iframe object svg math textarea select xmp')
/** Elements that stand on lines of their own (HTML, rendering: flow content), but for cells, which stand beside others. */
const BLOCKS = named(
  'address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure ' +
    'footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li listing main menu nav ol optgroup option p ' +
    'plaintext pre search section summary table tbody tfoot thead tr ul',
)
const CELLS = named('td th')
/** Longer addresses would hide the words. */
const LONGEST_ADDRESS = 300

/** `most`: characters that are read. `links`: whether a link whose words are not its address keeps it. */
type Reading = { most?: number; links?: boolean }

/**
 * The readable text of the first 20 000 characters; blocks and breaks become line feeds. Linear in their number.
 * @param reading of what the usual is not right for.
 */
export function textOfHtml(html: string, { most = 20_000, links = true }: Reading = {}): string {
  const source = html.slice(0, most)
  const lower = source.toLowerCase()
  const text = new Text(links)
  let at = 0
  while (at < source.length) {
    const open = source.indexOf('<', at)
    text.add(source.slice(at, open === -1 ? undefined : open))
    if (open === -1) break
    const [, slash = '', name] = /^<(\/?)([a-z][a-z0-9]*)/.exec(lower.slice(open, open + 30)) ?? []
    if (!name && !/[!?/]/.test(source[open + 1] ?? '')) {
      text.add('<')
      at = open + 1
      continue
    }
    at = endOf(source, open)
    if (name) text.pass(name, slash === '/', source.slice(open, Math.min(at, open + 1000)))
    if (name && SILENT.has(name)) at = endOf(source, after(lower, `</${name}`, at))
  }
  return cleanText(
    decodeHTML(text.end())
      .replace(/[ \u00a0]+/g, ' ')
      .replace(/ ?\n ?/g, '\n')
      .replace(/\n{3,}/g, '\n\n'),
  )
}

/** The text so far, not yet decoded. */
class Text {
  #text = ''
  /** Of the link that is open: its address, and where its words begin. */
  #link: { address: string; from: number } | undefined
  readonly #keepsLinks: boolean

  constructor(keepsLinks: boolean) {
    this.#keepsLinks = keepsLinks
  }

  add(words: string): void {
    this.#text += words
  }

  /** @param tag as written, without its end when it is long. */
  pass(name: string, isEnd: boolean, tag: string): void {
    if (name === 'br') this.#text += '\n'
    else if (BLOCKS.has(name)) this.#break()
    else if (CELLS.has(name) && !isEnd && !this.#isAtStart()) this.#text += ' · '
    else if (name === 'a') {
      this.#endLink()
      if (!isEnd && this.#keepsLinks) this.#link = linkOf(tag, this.#text.length)
    }
  }

  end(): string {
    this.#endLink()
    return this.#text
  }

  #break(): void {
    if (!this.#isAtStart()) this.#text += '\n'
  }

  #isAtStart(): boolean {
    let at = this.#text.length - 1
    while (at >= 0 && this.#text[at] === ' ') at--
    return at < 0 || this.#text[at] === '\n'
  }

  /** A link whose words are not its address keeps it. */
  #endLink(): void {
    const link = this.#link
    this.#link = undefined
    if (!link) return
    const words = this.#text.slice(link.from).trim()
    if (words && bare(words) !== bare(link.address)) this.#text += ` (${link.address})`
  }
}

/** Hashtags and mentions are marked as such by the software that writes them; they lead to lists and accounts. */
function linkOf(tag: string, from: number): { address: string; from: number } | undefined {
  const [, double, single, plain] = /\shref\s{0,9}=\s{0,9}(?:"([^"]*)"|'([^']*)'|([^\s>"']+))/i.exec(tag) ?? []
  const address = (double ?? single ?? plain ?? '').trim()
  if (!/^(https?:\/\/|mailto:|tel:)[^\s<>]+$/i.test(address) || address.length > LONGEST_ADDRESS) return undefined
  return /\b(mention|hashtag)\b|\srel\s?=\s?["']?[^"'>]*\btag\b/i.test(tag) ? undefined : { address, from }
}

/** Without what people leave out when they write an address. */
const bare = (address: string): string => address.replace(/^(https?:\/\/|mailto:|tel:)(www\.)?/i, '').replace(/\/$/, '')

function endOf(source: string, open: number): number {
  return source.startsWith('<!--', open) ? after(source, '-->', open + 4) : after(source, '>', open)
}

/** The end when there is no `mark`: what is never closed is not read. */
function after(source: string, mark: string, from: number): number {
  const found = source.indexOf(mark, from)
  return found === -1 ? source.length : found + mark.length
}
