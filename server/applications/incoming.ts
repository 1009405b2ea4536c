// SPDX-License-Identifier: AGPL-3.0-or-later
// Answers by mail, from the Maildir into which the mail server of the host delivers them. A file goes away once its
// message is committed; one that cannot be read is set aside, and the next one is taken.
import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import * as incoming from '../../db/queries/incoming-mails.ts'
import { DAY, later } from '../base/clock.ts'
import type { Deps } from '../deps.ts'
import {
  HEAD_BYTES,
  KEEP_DAYS,
  listMails,
  readFileOf,
  removeMail,
  removeSetAside,
  setAside,
  type MailFile,
} from '../mail/incoming/maildir.ts'
import type { IncomingMail, Setting } from '../mail/incoming/read-mail.ts'
import { Reader } from '../mail/incoming/reader.ts'
import { tokensIn } from '../mail/reply-address.ts'
import { LOCALES } from '../text/i18n.ts'
import { ROWS_AT_ONCE, transact, transactInParts } from '../web/transact.ts'
import { takeAnswer, type Outcome, type Unreadable } from './commands/by-mail.ts'
import { findAnswerer } from './reply-link.ts'

const MOST_AT_ONCE = 50
/** Addresses of one mail that are looked at: more than one is rare. */
const MOST_TOKENS = 5

/** Job. @throws once all others are done, when a file could not be moved or deleted. */
export async function takeAnswersByMail(deps: Deps): Promise<void> {
  const { mailReplies } = deps.config
  if (!mailReplies) return
  const files = await listMails(mailReplies.folder)
  if (files.length === 0) return
  const reader = new Reader(settingOf(deps))
  let taken = 0
  let fault: unknown
  try {
    for (const file of files) {
      try {
        await takeFile(deps, reader, mailReplies.folder, file)
        if (++taken >= MOST_AT_ONCE) break
      } catch (error) {
        fault ??= error
      }
      await setImmediate()
    }
  } finally {
    await reader.close()
  }
  if (fault !== undefined) throw fault
}

function settingOf({ config, i18n }: Deps): Setting {
  const { mailReplies, mailFrom, publicUrl } = config
  const from = /<([^<>]+)>\s*$/.exec(mailFrom)?.[1] ?? mailFrom
  return {
    above: LOCALES.map((locale) => i18n.for(locale)('layout.mail_above').replace(/\.$/, '')),
    ours: [from.toLowerCase(), mailReplies?.address ?? ''].filter(Boolean),
    publicUrl,
  }
}

async function takeFile(deps: Deps, reader: Reader, folder: string, file: MailFile): Promise<void> {
  const read = await readFileOf(folder, file).catch(() => 'unread' as const)
  if (!read) return
  if (read === 'unread') return putAside(deps, folder, file, 'unread')
  const { bytes, isWhole } = read
  if (!(await isForUs(deps, bytes))) {
    await count(deps, 'unknown')
    return removeMail(folder, file)
  }
  const whole = isWhole ? await reader.read(bytes) : undefined
  const mail = whole ?? (await reader.read(headOf(bytes)))
  if (!mail) return putAside(deps, folder, file, 'unread')
  const unreadable = whole ? undefined : isWhole ? 'unread' : 'big'
  if (mail.isAutomatic) {
    await count(deps, 'automatic')
    return removeMail(folder, file)
  }
  try {
    const outcomes = await takeFor(deps, mail, unreadable, bytes)
    if (unreadable && outcomes.some((one) => one !== 'unknown')) return await putAside(deps, folder, file, unreadable)
  } catch (error) {
    // Nothing of the mail: the message of an error may have some.
    const { name, code } = error as NodeJS.ErrnoException
    deps.log.error('an answer by mail could not be taken', { error: name, code: code ?? '' })
    return putAside(deps, folder, file, 'fault')
  }
  // It may have been put back from where it was set aside.
  await transact(deps, (tx) => incoming.deleteIncoming(tx, asideKey(deps, file)), { wakes: false })
  return removeMail(folder, file)
}

/**
 * Whether it names an address that is in force. Whoever writes to another is told nothing: they could be anybody, named
 * as the sender by a third. Nor is their mail read, so that only who has an address from us can make us work.
 */
async function isForUs(deps: Deps, bytes: Uint8Array): Promise<boolean> {
  const tokens = tokensIn(Buffer.from(headOf(bytes)).toString('latin1'))
  for (const token of tokens.slice(0, MOST_TOKENS)) if (await findAnswerer(deps.db, deps, token)) return true
  return false
}

const count = (deps: Deps, outcome: incoming.IncomingOutcome): Promise<void> =>
  transact(deps, (tx) => incoming.addIncoming(tx, today(deps), outcome), { wakes: false })

async function takeFor(
  deps: Deps,
  mail: IncomingMail,
  unreadable: Unreadable | undefined,
  bytes: Uint8Array,
): Promise<Outcome[]> {
  const id = mail.messageId || createHash('sha256').update(bytes).digest('hex')
  // Told that it cannot be read is not taken: put back, it may be read one day.
  const kind = unreadable ? ` ${unreadable}` : ''
  const outcomes: Outcome[] = []
  for (const token of mail.tokens.slice(0, MOST_TOKENS)) {
    const key = deps.secrets.mac(`${token} ${id}${kind}`, 'incoming mail')
    outcomes.push(await takeAnswer(deps, { token, key }, unreadable ?? mail))
  }
  const isUnknown = outcomes.every((one) => one === 'unknown')
  const counted = (['taken', 'told'] as const).filter((one) => outcomes.includes(one))
  for (const one of isUnknown ? (['unknown'] as const) : counted) await count(deps, one)
  return outcomes
}

/** Noted first: a file that is set aside is always shown. */
async function putAside(
  deps: Deps,
  folder: string,
  file: MailFile,
  reason: incoming.SetAside['reason'],
): Promise<void> {
  const key = asideKey(deps, file)
  await transact(
    deps,
    async (tx) => {
      await incoming.deleteIncoming(tx, key)
      await incoming.insertIncoming(tx, { key, at: deps.clock.iso(), file: file.name, reason })
    },
    { wakes: false },
  )
  await setAside(folder, file)
}

const asideKey = ({ secrets }: Deps, { name }: MailFile): string => secrets.mac(name, 'set aside')
const today = ({ clock }: Deps): string => clock.iso().slice(0, 10)

/** All before the first empty line. */
function headOf(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, HEAD_BYTES))
  const ends = ['\n\n', '\r\n\r\n'].map((mark) => text.indexOf(mark)).filter((at) => at >= 0)
  return Uint8Array.from(text.subarray(0, Math.min(text.length, ...ends)))
}

/** Job. @throws once all others are done, when a file could not be deleted. */
export async function forgetAnswersByMail(deps: Deps): Promise<void> {
  const before = later(deps.clock.iso(), -KEEP_DAYS * DAY)
  await transactInParts(deps, (tx, most) => incoming.deleteTakenBefore(tx, before, most))
  await transact(deps, (tx) => incoming.deleteIncomingCounts(tx, before.slice(0, 10)), { wakes: false })
  const folder = deps.config.mailReplies?.folder
  let fault: unknown
  for (const { key, file } of await incoming.listSetAsideBefore(deps.db, before, ROWS_AT_ONCE)) {
    try {
      if (folder) await removeSetAside(folder, file)
      await transact(deps, (tx) => incoming.deleteIncoming(tx, key), { wakes: false })
    } catch (error) {
      fault ??= error
    }
  }
  if (fault !== undefined) throw fault
}
