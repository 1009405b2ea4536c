// SPDX-License-Identifier: AGPL-3.0-or-later
// How long does each one-time secret live, and who spends it? The secret itself is only in the link.
import { deleteOldTries } from '../../db/queries/throttle.ts'
import {
  deleteExpiredTokens,
  deleteTokensOf,
  findToken,
  insertToken,
  spendToken,
  type TokenRow,
} from '../../db/queries/tokens.ts'
import { DAY, HOUR, MINUTE, later } from '../base/clock.ts'
import type { Deps } from '../deps.ts'
import type { Handle, Tx } from '../web/transact.ts'

const LIVES = {
  /** Signs in everybody of one mailbox (content.mailbox) or one person. */
  'sign-in': 15 * MINUTE,
  password: HOUR,
  /** An invitation. */
  welcome: 14 * DAY,
  /** Proves the new address of a person (content.email). */
  email: DAY,
  /** Creates the association and its first administrator. */
  setup: HOUR,
} as const
export type Purpose = keyof typeof LIVES

type Holder = { personId?: string; content?: Record<string, string> }

/** Makes a secret of 256 bits; its hash is kept, the secret is returned for the link. */
export async function issueToken(tx: Tx, deps: Deps, purpose: Purpose, holder: Holder = {}): Promise<string> {
  const token = deps.secrets.token()
  const now = deps.clock.iso()
  await insertToken(tx, {
    hash: deps.secrets.hash(token),
    purpose,
    person_id: holder.personId ?? null,
    ...(holder.content && { content: holder.content }),
    created_at: now,
    expires_at: later(now, LIVES[purpose]),
  })
  return token
}

/** Looks without using: what a GET may do. Undefined when it never was, is over, or was used. */
export function lookAtToken(db: Handle, deps: Deps, purpose: Purpose, token: string): Promise<TokenRow | undefined> {
  return findToken(db, deps.secrets.hash(token), purpose, deps.clock.iso())
}

/** Uses it, in the transaction of what it opens. */
export function takeToken(tx: Tx, deps: Deps, purpose: Purpose, token: string): Promise<TokenRow | undefined> {
  return spendToken(tx, deps.secrets.hash(token), purpose, deps.clock.iso())
}

/** Links already mailed to this person open nothing any more. */
export function cancelLinks(tx: Tx, personId: string, purposes: readonly Purpose[]): Promise<void> {
  return deleteTokensOf(tx, personId, purposes)
}

/** A job: what is over for a day is forgotten, and so are counted tries. */
export async function forgetOldSecrets(deps: Deps): Promise<void> {
  const now = deps.clock.iso()
  await deleteExpiredTokens(deps.db, later(now, -DAY))
  await deleteOldTries(deps.db, now)
}
