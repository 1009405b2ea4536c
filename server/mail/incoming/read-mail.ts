// SPDX-License-Identifier: AGPL-3.0-or-later
// One received mail, from its bytes to what a conversation takes of it.
import PostalMime, { type Attachment, type Email } from 'postal-mime'
import { textOfHtml } from '../../text/plain-text.ts'
import { tokensIn, withoutTokens } from '../reply-address.ts'
import { ownWords, type Quoted } from './own-words.ts'

export type Setting = Quoted & { publicUrl: string }

/** `tokens` of the addresses to which it went; `answers`: the id of our mail that it answers, or ''. */
export type IncomingMail = {
  tokens: string[]
  isAutomatic: boolean
  messageId: string
  answers: string
  /** What the person wrote: the beginning, when `length` (characters) is more than anybody takes. */
  words: string
  length: number
  /** Attached files, and pictures in the text. */
  files: number
}

const LIMITS = { maxNestingDepth: 50, maxHeadersSize: 256 * 1024, maxRfc822NestingDepth: 0 }
/** More than a message of a conversation may have. */
const MOST_WORDS = 20_000
/** Where a mail server says to which address it delivered a mail, and the sender to whom it is. */
const RECIPIENTS = new Set(
  'x-original-to delivered-to envelope-to x-envelope-to x-delivered-to x-original-recipient to cc'.split(' '),
)

/** @throws for a mail that is nested or has heads beyond all measure. */
export async function readMail(bytes: Uint8Array, setting: Setting): Promise<IncomingMail> {
  const mail = await PostalMime.parse(bytes, LIMITS)
  const heads = (name: string) => mail.headers.filter(({ key }) => key === name).map(({ value }) => value.trim())
  const own = withoutSecrets(ownWords(textOf(mail), setting), setting.publicUrl)
  const ids = heads('in-reply-to').join(' ')
  return {
    tokens: tokensIn(
      mail.headers
        .filter(({ key }) => RECIPIENTS.has(key))
        .map(({ value }) => value)
        .join(' '),
    ),
    isAutomatic: isAutomatic(heads, setting),
    messageId: heads('message-id')[0]?.slice(0, 1000) ?? '',
    answers: /<([0-9a-f-]{36})@/.exec(ids)?.[1] ?? '',
    words: own.slice(0, MOST_WORDS),
    length: own.length,
    files: mail.attachments.filter(isFile).length,
  }
}

/** The text part, else the HTML without its markup. */
function textOf({ text, html }: Email): string {
  if (text?.trim()) return text
  return html ? textOfHtml(html, { most: html.length, links: false }) : ''
}

type Heads = (name: string) => string[]

/** Sent by a program (RFC 3834), a list, or us. */
function isAutomatic(heads: Heads, { publicUrl }: Setting): boolean {
  const says = (name: string, pattern: RegExp) => heads(name).some((value) => pattern.test(value))
  const sender = heads('from').join(' ').toLowerCase()
  return (
    says('auto-submitted', /^(?!no\b)\S/i) ||
    says('precedence', /^(?:bulk|junk|list|auto_reply)\b/i) ||
    says('return-path', /^<\s*>$/) ||
    says('content-type', /^multipart\/report\b/i) ||
    ['list-id', 'x-autoreply', 'x-autorespond', 'x-failed-recipients'].some((name) => heads(name).length > 0) ||
    /\bmailer-daemon@|\bpostmaster@/.test(sender) ||
    // A mail of ours, as sender.ts writes it. Our sender alone says nothing: it may be the mailbox of a small team.
    heads('message-id').some((id) => /^<[0-9a-f-]{36}@/.test(id) && id.slice(38) === `${new URL(publicUrl).hostname}>`)
  )
}

/** From about this size on, a picture within the text is more than the sign of an organisation. */
const LEAST_PICTURE_BYTES = 30_000

function isFile({ mimeType, related, content }: Attachment): boolean {
  if (/^application\/(?:pgp|pkcs7|x-pkcs7)-(?:signature|keys)$/.test(mimeType)) return false
  return !related || (typeof content === 'string' ? content.length : content.byteLength) >= LEAST_PICTURE_BYTES
}

/** Links of our mails open pages for one person, and must not be read by the other side. */
function withoutSecrets(text: string, publicUrl: string): string {
  const { host } = new URL(publicUrl)
  const ours = [host, encodeURIComponent(host)].map((one) => one.toLowerCase())
  const isOurs = (word: string) => {
    const lower = word.toLowerCase()
    return ours.some((one) => lower.includes(one)) && /\/|%2f/.test(lower)
  }
  const isPublic = (word: string) =>
    word.startsWith(publicUrl) && /^\/(?:offers(?:\/[0-9a-f-]{36})?)?$/.test(word.slice(publicUrl.length))
  return withoutTokens(text.replaceAll(/\S+/g, (word) => (isOurs(word) && !isPublic(word) ? `${publicUrl}/…` : word)))
}
