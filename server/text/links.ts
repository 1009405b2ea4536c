// SPDX-License-Identifier: AGPL-3.0-or-later
// Addresses in texts that people wrote become links: of the web, of mail, of telephones. Nothing else does, and what is
// shown is what is opened.
import { escape, safeUrl } from './view-values.ts'

/** Not within an address: spaces, quotes, brackets, and characters that hide or turn around what is read. */
const IN_ADDRESS = String.raw`[^\s<>"'«»“”‘’\x60{}|\\^\p{Cc}\p{Cf}]`
const WEB = String.raw`(?:https?:\/\/|www\.)${IN_ADDRESS}{3,2000}`
const MAIL = String.raw`[\p{L}\p{N}._%+-]{1,64}@(?:[\p{L}\p{N}-]{1,63}\.){1,8}\p{L}{2,24}`
/** As written in France, in North America, and with the code of a country. */
const TELEPHONE = String.raw`0[1-9](?:[ .\u00a0\u202f-]?\d\d){4}|\(?[2-9]\d\d\)?[ .\u00a0-]\d{3}[ .\u00a0-]\d{4}|\+\d[\d .()\u00a0\u202f-]{6,18}\d`
const LINKS = new RegExp(
  String.raw`(?<![\p{L}\p{N}@/.])(?:(${WEB})|(${MAIL})(?![\p{L}\p{N}@-]))|(?<![\p{L}\p{N}+/.-])(${TELEPHONE})(?![\p{L}\p{N}])`,
  'giu',
)

/** @returns HTML of the text: escaped, with its addresses as links. Line breaks stay as they are. */
export function linked(text: string): string {
  let made = ''
  let from = 0
  for (const match of text.matchAll(LINKS)) {
    const [, web, mail, telephone] = match
    const shown = web ? withoutEnd(web) : (mail ?? telephone ?? '')
    const href = web ? webAddress(shown) : mail ? `mailto:${encodeURI(mail)}` : dialled(telephone ?? '')
    if (!href) continue
    made += escape(text.slice(from, match.index)) + link(href, shown)
    from = match.index + shown.length
  }
  return made + escape(text.slice(from))
}

const link = (href: string, shown: string) =>
  `<a href="${escape(safeUrl(href))}" rel="nofollow ugc noopener">${escape(shown)}</a>`

/** The punctuation of the sentence, and a bracket that was opened before the address, are no part of it. */
function withoutEnd(address: string): string {
  let end = address.length
  for (; end > 0; end--) {
    const last = address[end - 1]!
    if (/[.,;:!?…*_]/.test(last)) continue
    const opening = { ')': '(', ']': '[' }[last]
    if (!opening || count(address.slice(0, end), opening) >= count(address.slice(0, end), last)) break
  }
  return address.slice(0, end)
}

const count = (text: string, one: string) => text.split(one).length - 1

/** An address with a name before its host shows another site than it opens, so it stays text. */
function webAddress(typed: string): string | undefined {
  const address = /^www\./i.test(typed) ? `https://${typed}` : typed
  if (!URL.canParse(address)) return undefined
  const { hostname, username, password } = new URL(address)
  return hostname.includes('.') && !username && !password ? address : undefined
}

/** The 0 of « +33 (0)6 » is not dialled. */
const dialled = (typed: string) => `tel:${typed.replace(/^(\+.*)\(0\)/, '$1').replaceAll(/[^+\d]/g, '')}`
