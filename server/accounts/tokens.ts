// SPDX-License-Identifier: AGPL-3.0-or-later
// One-time secrets of mailed links. Only their hash is stored.
import { deleteExpiredSessions, deleteKeptForms } from '../../db/queries/sessions.ts'
import { deleteOldTries } from '../../db/queries/throttle.ts'
import {
  deleteExpiredTokens,
  deleteTokensOf,
  findToken,
  insertToken,
  spendToken,
  type TokenRow,
} from '../../db/queries/tokens.ts'
import { DAY, HOUR, later } from '../base/clock.ts'
import { CONFIRM_ALERT_DAYS } from '../model/alerts.ts'
import type { Deps } from '../deps.ts'
import { LIMITS } from '../limits.ts'
import { KEPT_FOR } from '../web/form-again.ts'
import { transactInParts, type Handle, type Tx } from '../web/transact.ts'

const LIVES = {
  /**
   * As long as the window in which a mailbox gets no more than a few mails: when somebody else's asks have used them up,
   * a link that still lives is in the mailbox. Signs in everyone who shares a mailbox, or one person (content.people, with the number of their access). */
  'sign-in': LIMITS['mails to a mailbox'].duration,
  password: HOUR,
  welcome: 14 * DAY,
  /** Confirms the new address of a person (content.email). */
  email: DAY,
  /** To the present mailbox of a person without a password: may the address change? */
  'email-leave': DAY,
  /** To the old mailbox: takes the change back. Of nobody (its person is the subject), so that whoever took the account cannot end it. */
  'email-undo': 7 * DAY,
  setup: HOUR,
  /** Proves that a person without a password asks to be erased. */
  erasure: DAY,
  /** Proves the mailbox to which new offers of a search (content) are to be mailed. */
  alert: CONFIRM_ALERT_DAYS * DAY,
} as const
export type Purpose = keyof typeof LIVES
/** Milliseconds until the row of a link is gone, at the latest; the link of an application ends with it. */
export const LONGEST_LINK = Math.max(...Object.values(LIVES)) + DAY

type Holder = { personId?: string; subjectId?: string; content?: Record<string, string> }

/** @returns the secret for the link, 256 bits. */
export async function issueToken(tx: Tx, deps: Deps, purpose: Purpose, holder: Holder = {}): Promise<string> {
  const token = deps.secrets.token()
  const now = deps.clock.iso()
  await insertToken(tx, {
    hash: deps.secrets.hash(token),
    purpose,
    person_id: holder.personId ?? null,
    subject_id: holder.subjectId ?? null,
    ...(holder.content && { content: holder.content }),
    created_at: now,
    expires_at: later(now, LIVES[purpose]),
  })
  return token
}

/** Does not use the token up, as a GET must not. @returns undefined when it is unknown, expired or used. */
export function lookAtToken(db: Handle, deps: Deps, purpose: Purpose, token: string): Promise<TokenRow | undefined> {
  return findToken(db, deps.secrets.hash(token), purpose, deps.clock.iso())
}

/** Call it in the transaction of the change that the token allows. */
export function takeToken(tx: Tx, deps: Deps, purpose: Purpose, token: string): Promise<TokenRow | undefined> {
  return spendToken(tx, deps.secrets.hash(token), purpose, deps.clock.iso())
}

export function cancelLinks(tx: Tx, personId: string, purposes: readonly Purpose[]): Promise<void> {
  return deleteTokensOf(tx, personId, purposes)
}

/** Job: deletes tokens one day after their end, and counted tries at their end. */
export async function forgetOldSecrets(deps: Deps): Promise<void> {
  const now = deps.clock.iso()
  await transactInParts(deps, (tx, most) => deleteExpiredTokens(tx, later(now, -DAY), most))
  await transactInParts(deps, (tx, most) => deleteOldTries(tx, now, most))
}

/** Job. */
export async function forgetOldSessions(deps: Deps): Promise<void> {
  const now = deps.clock.iso()
  await transactInParts(deps, (tx, most) => deleteExpiredSessions(tx, now, most))
  await transactInParts(deps, (tx, most) => deleteKeptForms(tx, later(now, -KEPT_FOR), most))
}
