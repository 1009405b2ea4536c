// SPDX-License-Identifier: AGPL-3.0-or-later
// The address to which an answer goes when the host receives mail: the mailbox of the host, a plus, and a token.
import type { Config } from '../../config/env.ts'

type Settings = Pick<Config, 'mailReplies'>

/** Of a token; hexadecimal, because mail programs write what is before the `@` in lower case. */
export const TOKEN_LENGTH = 32
const TOKEN = /\+([0-9a-f]{32})@/gi

/** '' when nothing receives mail. */
export function replyAddress({ mailReplies }: Settings, token: string): string {
  return mailReplies ? mailReplies.address.replace('@', `+${token}@`) : ''
}

/** The tokens of the addresses in a text, each once. Whatever the mailbox: its name may have changed since. */
export function tokensIn(text: string): string[] {
  return [...new Set([...text.matchAll(TOKEN)].map(([, token = '']) => token.toLowerCase()))]
}

/** The text without the tokens of its addresses. */
export const withoutTokens = (text: string): string => text.replaceAll(TOKEN, '@')

/** Whether an answer to this address is read by us. */
export const isReplyAddress = ({ mailReplies }: Settings, address: string): boolean =>
  mailReplies !== undefined && tokensIn(address).length > 0
