// SPDX-License-Identifier: AGPL-3.0-or-later
// An answer by mail is a message of the conversation, as if it had been typed on the page.
import { findLastMessageAt, markMessagesRead } from '../../../db/queries/application-messages.ts'
import { getAssociation } from '../../../db/queries/association.ts'
import { hasIncoming, insertIncoming } from '../../../db/queries/incoming-mails.ts'
import { findMail } from '../../../db/queries/mails.ts'
import type { Deps } from '../../deps.ts'
import { countTries } from '../../limits.ts'
import type { Locale } from '../../text/i18n.ts'
import { transact, type Tx } from '../../web/transact.ts'
import { MESSAGE_LENGTH, messageBody } from '../forms.ts'
import { tellAnswerer } from '../mails.ts'
import { findAnswerer, type Answerer } from '../reply-link.ts'
import { mayWrite } from '../rules.ts'
import { write } from './messages.ts'

/** `answers`: the id of our mail that it answers, or ''; `length`: characters, when `words` is only their beginning. */
export type Answer = { words: string; length: number; files: number; answers: string }
/** What of a mail cannot be read: it is too big, or made in a way that is not understood. */
export type Unreadable = 'big' | 'unread'
type Why = Unreadable | 'empty' | 'long' | 'over' | 'access' | 'often'
/** `told`: not taken, and its sender knows why. */
export type Outcome = 'taken' | 'told' | 'known' | 'unknown'

/** @param key of this mail, the same each time that it comes. */
export async function takeAnswer(
  deps: Deps,
  { token, key }: { token: string; key: string },
  answer: Answer | Unreadable,
): Promise<Outcome> {
  const before = await findAnswerer(deps.db, deps, token)
  if (!before) return 'unknown'
  if (await hasIncoming(deps.db, key)) return 'known'
  const of = `${before.side} ${before.application.id}`
  const isOften = (await countTries(deps, [{ limit: 'messages of an application', of }])) > 0
  return transact(deps, async (tx) => {
    const who = await findAnswerer(tx, deps, token)
    if (!who) return 'unknown'
    if (await hasIncoming(tx, key)) return 'known'
    await insertIncoming(tx, { key, at: deps.clock.iso() })
    const why = isOften ? 'often' : typeof answer === 'string' ? answer : await writeAnswer(tx, deps, who, answer, key)
    if (why) await tellWhy(tx, deps, who, why, { key, length: typeof answer === 'string' ? 0 : answer.length })
    return why ? 'told' : 'taken'
  })
}

async function writeAnswer(
  tx: Tx,
  deps: Deps,
  who: Answerer,
  { words, length, files, answers }: Answer,
  key: string,
): Promise<Why | undefined> {
  const { application, side } = who
  if (side === 'team' && who.isOut) return 'access'
  if (!mayWrite(application.state) || (side === 'team' && application.email === '')) return 'over'
  if (!messageBody.safeParse(words.slice(0, MESSAGE_LENGTH)).success) return 'empty'
  const own = messageBody.safeParse(words)
  if (!own.success || length > words.length) return 'long'
  const noted = files > 0 ? messageBody.safeParse(`${words}\n\n${await noteOfFiles(tx, deps, who, files)}`) : own
  // Words that are as long as a message may be go without the line about files.
  const body = noted.success ? noted.data : own.data
  await write(tx, deps, application, { side, body, by: side === 'team' ? who.member.id : null })
  if (side === 'team') await markRead(tx, deps, application.id, answers)
  if (files > 0) {
    const mail = { template: 'without_files' as const, dedupe: `answer:${key}:files`, params: () => ({ count: files }) }
    await tellAnswerer(tx, deps, who, mail)
  }
  return undefined
}

/** In the language of whoever reads it. */
async function noteOfFiles(tx: Tx, deps: Deps, { side, application }: Answerer, files: number): Promise<string> {
  const locale = side === 'team' ? application.locale : (await getAssociation(tx)).locale
  return deps.i18n.for(locale as Locale).n('applications.messages.files_left', files)
}

/** Whoever answers a mail has read what was written until then. */
async function markRead(tx: Tx, deps: Deps, applicationId: string, mailId: string): Promise<void> {
  const mail = mailId === '' ? undefined : await findMail(tx, mailId)
  if (!mail) return
  const last = await findLastMessageAt(tx, applicationId, mail.created_at)
  await markMessagesRead(tx, applicationId, last, deps.clock.iso())
}

/** To the mailbox that we know of this person, whatever the mail says of its sender. */
async function tellWhy(tx: Tx, deps: Deps, who: Answerer, why: Why, { key, length }: { key: string; length: number }) {
  const member = who.side === 'team' ? who.member.id : 'person'
  // Of too many, one a day.
  const once = why === 'often' ? `${who.application.id}:${member}:${deps.clock.iso().slice(0, 10)}` : key
  await tellAnswerer(tx, deps, who, {
    template: 'not_taken',
    dedupe: `answer:${once}:${why}`,
    params: (t) => ({ why: t.code('mail.applications.not_taken.why', why, { length, most: MESSAGE_LENGTH }) }),
  })
}
